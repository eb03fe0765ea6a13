/* pair <bytes> <count> <repetitions>: malloc(bytes), free(). */
#include "bench.h"

static size_t bytes;

static void pairs(long count) {
  for (long i = 0; i < count; i++) {
    void *p = malloc(bytes);
    KEEP(p);
    free(p);
  }
}

int main(int argc, char **argv) {
  bytes = (size_t)argument(argc, argv, 1);
  double ns = fastest(pairs, argument(argc, argv, 2), (int)argument(argc, argv, 3));
  printf("{\"ns\":%.4f}\n", ns);
  return 0;
}
