;; The inner loops of training, in float64, two numbers at a time (SIMD).
;;
;; All arguments but n, width, count and the strides are addresses in bytes. The text that the page
;; runs is in kernels.js: a test compiles this file and compares.
(module
  (import "page" "memory" (memory 1))

  ;; out += factors[0] * row 0 + ... + factors[count - 1] * row count - 1. Numbers of out are taken
  ;; four to a turn, and rows four at a time, so that a number of out is read and written once for
  ;; four rows. `rows` holds the rows' addresses, as int32; `count` is a multiple of 4.
  (func $addRows
    (param $out i32) (param $width i32) (param $rows i32) (param $factors i32) (param $count i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $o i32) (local $end i32) (local $end4 i32)
    (local $p v128) (local $q v128) (local $r v128) (local $s v128)
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $width) (i32.const 3))))
    (local.set $end4
      (i32.add (local.get $out)
        (i32.shl (i32.and (local.get $width) (i32.const -4)) (i32.const 3))))
    (block $done
      (loop $rows4
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $a (i32.load (local.get $rows)))
        (local.set $b (i32.load offset=4 (local.get $rows)))
        (local.set $c (i32.load offset=8 (local.get $rows)))
        (local.set $d (i32.load offset=12 (local.get $rows)))
        (local.set $p (v128.load64_splat (local.get $factors)))
        (local.set $q (v128.load64_splat offset=8 (local.get $factors)))
        (local.set $r (v128.load64_splat offset=16 (local.get $factors)))
        (local.set $s (v128.load64_splat offset=24 (local.get $factors)))
        (local.set $o (local.get $out))
        (block $four
          (loop $turn
            (br_if $four (i32.ge_u (local.get $o) (local.get $end4)))
            (v128.store (local.get $o)
              (f64x2.add (v128.load (local.get $o))
                (f64x2.add
                  (f64x2.add
                    (f64x2.mul (local.get $p) (v128.load (local.get $a)))
                    (f64x2.mul (local.get $q) (v128.load (local.get $b))))
                  (f64x2.add
                    (f64x2.mul (local.get $r) (v128.load (local.get $c)))
                    (f64x2.mul (local.get $s) (v128.load (local.get $d)))))))
            (v128.store offset=16 (local.get $o)
              (f64x2.add (v128.load offset=16 (local.get $o))
                (f64x2.add
                  (f64x2.add
                    (f64x2.mul (local.get $p) (v128.load offset=16 (local.get $a)))
                    (f64x2.mul (local.get $q) (v128.load offset=16 (local.get $b))))
                  (f64x2.add
                    (f64x2.mul (local.get $r) (v128.load offset=16 (local.get $c)))
                    (f64x2.mul (local.get $s) (v128.load offset=16 (local.get $d)))))))
            (local.set $o (i32.add (local.get $o) (i32.const 32)))
            (local.set $a (i32.add (local.get $a) (i32.const 32)))
            (local.set $b (i32.add (local.get $b) (i32.const 32)))
            (local.set $c (i32.add (local.get $c) (i32.const 32)))
            (local.set $d (i32.add (local.get $d) (i32.const 32)))
            (br $turn)))
        (block $one
          (loop $turn
            (br_if $one (i32.ge_u (local.get $o) (local.get $end)))
            (f64.store (local.get $o)
              (f64.add (f64.load (local.get $o))
                (f64.add
                  (f64.add
                    (f64.mul (f64x2.extract_lane 0 (local.get $p)) (f64.load (local.get $a)))
                    (f64.mul (f64x2.extract_lane 0 (local.get $q)) (f64.load (local.get $b))))
                  (f64.add
                    (f64.mul (f64x2.extract_lane 0 (local.get $r)) (f64.load (local.get $c)))
                    (f64.mul (f64x2.extract_lane 0 (local.get $s)) (f64.load (local.get $d)))))))
            (local.set $o (i32.add (local.get $o) (i32.const 8)))
            (local.set $a (i32.add (local.get $a) (i32.const 8)))
            (local.set $b (i32.add (local.get $b) (i32.const 8)))
            (local.set $c (i32.add (local.get $c) (i32.const 8)))
            (local.set $d (i32.add (local.get $d) (i32.const 8)))
            (br $turn)))
        (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
        (local.set $factors (i32.add (local.get $factors) (i32.const 32)))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        (br $rows4))))

  ;; out += x m: to each of n rows of `width` numbers, row k of m is added as many times as number k
  ;; of a row of x says, for k below count. A row's numbers are `stride` bytes apart, and rows of x
  ;; `step`. Rows that x says 0 of are left out. `rows` and `factors` have room for count + 3
  ;; entries, and `zeros` is a row of zeros.
  (func (export "addProduct")
    (param $out i32) (param $n i32) (param $width i32)
    (param $x i32) (param $step i32) (param $stride i32) (param $count i32)
    (param $m i32) (param $rows i32) (param $factors i32) (param $zeros i32)
    (local $row i32) (local $i i32) (local $k i32) (local $r i32) (local $f i32)
    (local $value f64) (local $isUsed i32) (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $width) (i32.const 3)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $row (local.get $m))
        (local.set $i (local.get $x))
        (local.set $k (local.get $count))
        (local.set $r (local.get $rows))
        (local.set $f (local.get $factors))
        (block $all
          (loop $turn
            (br_if $all (i32.eqz (local.get $k)))
            (local.set $value (f64.load (local.get $i)))
            ;; Written in any case, and kept by counting: which is 0 cannot be foreseen, and a
            ;; branch that a processor foresees wrongly costs more than this.
            (i32.store (local.get $r) (local.get $row))
            (f64.store (local.get $f) (local.get $value))
            (local.set $isUsed (f64.ne (local.get $value) (f64.const 0)))
            (local.set $r (i32.add (local.get $r) (i32.shl (local.get $isUsed) (i32.const 2))))
            (local.set $f (i32.add (local.get $f) (i32.shl (local.get $isUsed) (i32.const 3))))
            (local.set $i (i32.add (local.get $i) (local.get $stride)))
            (local.set $row (i32.add (local.get $row) (local.get $bytes)))
            (local.set $k (i32.sub (local.get $k) (i32.const 1)))
            (br $turn)))
        (block $full
          (loop $turn
            (br_if $full
              (i32.eqz (i32.and (i32.sub (local.get $r) (local.get $rows)) (i32.const 15))))
            (i32.store (local.get $r) (local.get $zeros))
            (f64.store (local.get $f) (f64.const 0))
            (local.set $r (i32.add (local.get $r) (i32.const 4)))
            (local.set $f (i32.add (local.get $f) (i32.const 8)))
            (br $turn)))
        (call $addRows (local.get $out) (local.get $width) (local.get $rows) (local.get $factors)
          (i32.shr_u (i32.sub (local.get $r) (local.get $rows)) (i32.const 2)))
        (local.set $out (i32.add (local.get $out) (local.get $bytes)))
        (local.set $x (i32.add (local.get $x) (local.get $step)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next))))

  ;; Set those of `count` values to 0 of which `by` is at most 0. NaN stays.
  (func (export "clip") (param $values i32) (param $by i32) (param $count i32)
    (local $end i32)
    (local.set $end
      (i32.add (local.get $values) (i32.shl (i32.and (local.get $count) (i32.const -2))
        (i32.const 3))))
    (block $done
      (loop $turn
        (br_if $done (i32.ge_u (local.get $values) (local.get $end)))
        (v128.store (local.get $values)
          (v128.andnot (v128.load (local.get $values))
            (f64x2.le (v128.load (local.get $by)) (v128.const f64x2 0 0))))
        (local.set $values (i32.add (local.get $values) (i32.const 16)))
        (local.set $by (i32.add (local.get $by) (i32.const 16)))
        (br $turn)))
    (if (i32.and (local.get $count) (i32.const 1))
      (then
        (if (f64.le (f64.load (local.get $by)) (f64.const 0))
          (then (f64.store (local.get $values) (f64.const 0))))))))
