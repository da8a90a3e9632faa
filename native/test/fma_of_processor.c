/* Fused multiply-add by the processor's instruction, in place of MinGW's, which rounds more than once. Tests compute with
 * it what they expect. */
#include <math.h>

double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
