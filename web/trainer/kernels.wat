;; The inner loop of training: out += factors[0] * row 0 + ... + factors[count - 1] * row count - 1,
;; in float64. Numbers of out are taken two at a time (SIMD), four to a turn, and rows four at a
;; time, so that a number of out is read and written once for four rows.
;;
;; All arguments but width and count are addresses in bytes. `rows` holds the rows' addresses, as
;; int32; `count` is a multiple of 4. The text that the page runs is in kernels.js: a test compiles
;; this file and compares.
(module
  (import "page" "memory" (memory 1))
  (func (export "addRows")
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
        (br $rows4)))))
