// Coefficients of the polynomials that math ops expand to; made by fit-coefficients.py.
#pragma once

namespace agc::coefficients {

/// expm1(r) = r + r^2 P(r), |r| <= ln(2)/2.
inline constexpr double expF32[] = {0x1.fffffe0000000p-2, 0x1.5554b00000000p-3,
                                    0x1.5556780000000p-5, 0x1.1227f40000000p-7,
                                    0x1.6be9160000000p-10};
inline constexpr double expF64[] = {
    0x1.0000000000005p-1,  0x1.5555555555539p-3,  0x1.555555555225bp-5,  0x1.1111111119095p-7,
    0x1.6c16c17ef57e3p-10, 0x1.a01a0174d828ap-13, 0x1.a019a71c75becp-16, 0x1.71de885272b50p-19,
    0x1.28a236c0f9781p-22, 0x1.ae6ba329eae28p-26};
/// log1p(f) = f + f^2 (-1/2 + f P(f)), sqrt(1/2) - 1 <= f <= sqrt(2) - 1.
inline constexpr double logF32[] = {
    0x1.5555540000000p-2, -0x1.0002280000000p-2, 0x1.99a0140000000p-3, -0x1.5471f80000000p-3,
    0x1.22d8de0000000p-3, -0x1.0d871c0000000p-3, 0x1.0565980000000p-3, -0x1.38c5280000000p-4};
/// log((1+s)/(1-s)) = s (2 + z P(z)), z = s^2.
inline constexpr double logQuotientF64[] = {
    0x1.5555555555593p-1, 0x1.999999997f8a7p-2, 0x1.249249423e56bp-2, 0x1.c71c51c6691d8p-3,
    0x1.74664d779bf75p-3, 0x1.39a02ec3a6216p-3, 0x1.2f15bd3ddb806p-3};
/// log((1+s)/(1-s)) = 2 s (1 + z/3 + z^2 P(z)), z = s^2.
inline constexpr double logSeriesF32[] = {0x1.999a000000000p-3, 0x1.24525c0000000p-3,
                                          0x1.dfa91c0000000p-4};
inline constexpr double logSeriesF64[] = {
    0x1.9999999999995p-3, 0x1.249249249305fp-3, 0x1.c71c71c57b740p-4, 0x1.745d1834b3042p-4,
    0x1.3b136213dc1adp-4, 0x1.1120ce044aafcp-4, 0x1.de2f921b163afp-5, 0x1.eb31600bcf546p-5};
/// sin(r) = r + r^3 P(z), z = r^2 <= (pi/4)^2.
inline constexpr double sinF32[] = {-0x1.5555440000000p-3, 0x1.1107260000000p-7,
                                    -0x1.993ce40000000p-13};
inline constexpr double sinF64[] = {-0x1.5555555555548p-3,  0x1.111111110f752p-7,
                                    -0x1.a01a019bed6ecp-13, 0x1.71de3558f2c1ap-19,
                                    -0x1.ae5e4e82012d0p-26, 0x1.5d8c3624550c5p-33};
/// cos(r) = 1 + z (-1/2 + z P(z)), z = r^2 <= (pi/4)^2.
inline constexpr double cosF32[] = {0x1.55554a0000000p-5, -0x1.6c0c780000000p-10,
                                    0x1.99fc360000000p-16};
inline constexpr double cosF64[] = {0x1.555555555554bp-5,  -0x1.6c16c16c150fdp-10,
                                    0x1.a01a019ca481dp-16, -0x1.27e4f7ffef79cp-22,
                                    0x1.1ee9e4d55e1a6p-29, -0x1.8faad04e2cfc6p-37};
/// tan(r) = r + r^3 P(z), z = r^2 <= (pi/4)^2.
inline constexpr double tanF32[] = {
    0x1.5555600000000p-2, 0x1.110d740000000p-3,  0x1.bae08a0000000p-5, 0x1.5c7de20000000p-6,
    0x1.641dea0000000p-7, 0x1.8fdd620000000p-15, 0x1.2032680000000p-8};
inline constexpr double tanF64[] = {
    0x1.55555555554ebp-2,   0x1.1111111118a33p-3,  0x1.ba1ba1b414354p-5,   0x1.664f49b8aad22p-6,
    0x1.226e1092b8498p-7,   0x1.d6d973c28c3d5p-9,  0x1.7d5854637846bp-10,  0x1.381402fd8fbedp-11,
    0x1.d144b2d587680p-13,  0x1.209317a7a9140p-13, -0x1.d433876ca3e25p-16, 0x1.7d0fac1a9b15ep-14,
    -0x1.7ecce5a770079p-15, 0x1.6115fb5fc38adp-16};
/// atan(t) = t + t^3 P(z), z = t^2 <= 1.
inline constexpr double atanF32[] = {
    -0x1.55553e0000000p-2, 0x1.9991fe0000000p-3,  -0x1.2421b40000000p-3,
    0x1.c099fe0000000p-4,  -0x1.5834900000000p-4, 0x1.dac9e80000000p-5,
    -0x1.fed16e0000000p-6, 0x1.65a6720000000p-7,  -0x1.d630220000000p-10};
inline constexpr double atanF64[] = {
    -0x1.5555555555526p-2, 0x1.9999999995548p-3,  -0x1.249249237e25dp-3,  0x1.c71c717f9508fp-4,
    -0x1.745d11aafa472p-4, 0x1.3b136676459a2p-4,  -0x1.110e501ec5001p-4,  0x1.e1bb9b30e9452p-5,
    -0x1.ae5e447930bbbp-5, 0x1.82da44c500480p-5,  -0x1.59a2949ba2089p-5,  0x1.2c2ba0892daacp-5,
    -0x1.e9f1c8b3dd4e0p-6, 0x1.68330de42cc98p-6,  -0x1.c77e29f889090p-7,  0x1.d7a10a4aa9041p-8,
    -0x1.7a218f3b4c18bp-9, 0x1.b3d9cf6e0c161p-11, -0x1.3f1a7bb045c81p-13, 0x1.bbc2251ffcd74p-17};
/// asin(t) = t + t^3 P(z), z = t^2 <= 0.5625^2.
inline constexpr double asinF32[] = {0x1.5555260000000p-3, 0x1.33495e0000000p-4,
                                     0x1.6a55680000000p-5, 0x1.16b6200000000p-5,
                                     0x1.b7d1720000000p-8, 0x1.8540f60000000p-5};
inline constexpr double asinF64[] = {
    0x1.55555555554d8p-3,  0x1.3333333344653p-4, 0x1.6db6db60790e0p-5,  0x1.f1c721970d275p-6,
    0x1.6e8b0b7f5d8f0p-6,  0x1.1c59ffb2a5c7bp-6, 0x1.c877f19244e9dp-7,  0x1.84be4d78ffd7bp-7,
    0x1.fccaee4119e48p-8,  0x1.1e8a668b8b8cap-6, -0x1.631c7edeef1abp-6, 0x1.19011266fc663p-4,
    -0x1.3a556de5ab1e7p-4, 0x1.e9ffe2c826b17p-5};
/// sinh(a) = a + a^3 P(z), z = a^2 <= 1.
inline constexpr double sinhF32[] = {0x1.5555560000000p-3, 0x1.1111340000000p-7,
                                     0x1.9ffe920000000p-13, 0x1.7a15ba0000000p-19};
inline constexpr double sinhF64[] = {
    0x1.5555555555556p-3,  0x1.11111111110a6p-7,  0x1.a01a01a028963p-13, 0x1.71de3a465d9b6p-19,
    0x1.ae64671967b9ap-26, 0x1.611a56ac6aa06p-33, 0x1.b4c7362cedf0ep-41};
/// erf(a) = a + a P(z), z = a^2, a <= 0.921875.
inline constexpr double erfF32[] = {0x1.06eba60000000p-3, -0x1.8126e60000000p-2,
                                    0x1.ce1a6a0000000p-4, -0x1.b68b520000000p-6,
                                    0x1.473ba20000000p-8, -0x1.3a17c60000000p-11};
inline constexpr double erfF64[] = {
    0x1.06eba8214db69p-3,  -0x1.812746b0379dfp-2,  0x1.ce2f21a04257ep-4,  -0x1.b82ce31265f8ap-6,
    0x1.565bcd084d145p-8,  -0x1.c02db2ba44cbap-11, 0x1.f9a2fbd0282c4p-14, -0x1.f4ce95c2f15a0p-17,
    0x1.b9ae1e722a2d5p-20, -0x1.5d3deafde225ep-23, 0x1.e051dbf155e8dp-27, -0x1.c9e5b6aef64f8p-31};
/// erf(a) = 1 - exp(-a - a P(a)), 0.921875 <= a.
inline constexpr double erfTailF32[] = {
    0x1.0779220000000p-3, 0x1.4532460000000p-1,   0x1.b329200000000p-4, -0x1.855e040000000p-6,
    0x1.dd9cb60000000p-9, -0x1.52daac0000000p-12, 0x1.7a0b560000000p-17};
inline constexpr double erfTailF64[] = {
    0x1.06ebab8de555ep-3,   0x1.45f2fc8814febp-1,   0x1.a4f6b82a6692dp-4,   -0x1.39809e0bbb5b8p-6,
    -0x1.9620f6a7b3054p-13, 0x1.b50fbf1a0a7f8p-10,  -0x1.1f855482e1622p-11, -0x1.6bb45c909d145p-16,
    0x1.c4899c913d235p-14,  -0x1.0228bb2fb8788p-14, 0x1.717194b03d53ap-16,  -0x1.78c3eceb1ce28p-18,
    0x1.0d4535b4e0dcdp-20,  -0x1.b8390c9e9ec8ep-24, -0x1.d7fd1fa8ad141p-29, 0x1.f75af6620d609p-29,
    -0x1.a715d5058a8e3p-31, 0x1.a4274e921d60bp-34,  -0x1.099562d7291dbp-37, 0x1.8ec6a8cc47613p-42,
    -0x1.10ee2df5297a8p-47};
/// (1 + 2 a) exp(a^2) erfc(a) = P(t), t = (a - K) / (a + K), K = 2 (f32), 4 (f64).
inline constexpr double erfcF32[] = {
    0x1.46e80e0000000p+0,   -0x1.7bf5fe0000000p-4,  -0x1.5408440000000p-3, 0x1.4ffb120000000p-3,
    -0x1.bc0bd60000000p-5,  -0x1.0796120000000p-7,  0x1.1b09140000000p-7,  0x1.4d3d000000000p-10,
    -0x1.487be20000000p-10, -0x1.7b99620000000p-12, 0x1.d1b50c0000000p-16};
inline constexpr double erfcF64[] = {
    0x1.3ba5916e9fd7fp+0,   -0x1.1df1ad154a29bp-3,  0x1.f7f5df66fd7bbp-7,   0x1.16ecefcfa5fa8p-4,
    -0x1.9ddb23c3e8edbp-4,  0x1.7fee004df7cb9p-4,   -0x1.0fb06dfe52246p-4,  0x1.3079edf9dd4adp-5,
    -0x1.09623881b5934p-6,  0x1.49c6719709bdfp-8,   -0x1.8d4a9edd72f00p-11, -0x1.a1de858293643p-13,
    0x1.3be0c1132f929p-13,  -0x1.9969e1f172fa4p-16, -0x1.78a5a0e3087f5p-17, 0x1.7fb0ef4f1c6b6p-18,
    0x1.43b42c4f28693p-22,  -0x1.c014fb8e9748ep-21, 0x1.0d780fed08946p-24,  0x1.edde8358c99f6p-24,
    -0x1.0cc26bfd382c5p-27, -0x1.d25e86ce83e67p-27, -0x1.e8426e178ebbbp-30};
/// cbrt(m) = P(m), 1 <= m < 2, a first guess.
inline constexpr double cbrtF32[] = {0x1.1b0bb00000000p-1, 0x1.2c9a320000000p-1,
                                     -0x1.4dc2ea0000000p-3, 0x1.7a8d040000000p-6};
inline constexpr double cbrtF64[] = {0x1.1b0bb0e79efbdp-1, 0x1.2c9a32f2d4d5bp-1,
                                     -0x1.4dc2eacb36c35p-3, 0x1.7a8d04679f5f2p-6};

} // namespace agc::coefficients
