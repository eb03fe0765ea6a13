/* slots <count> <repetitions>: replaces blocks of 1 to 512 bytes in 1000 slots at random; then the loop without them. */
#include "bench.h"

enum { SLOTS = 1000 };

static void *slots[SLOTS];
static uintptr_t sizes[SLOTS];
static uint32_t x = 1;

static void replace(long count) {
  uint32_t seed = x;
  for (long i = 0; i < count; i++) {
    seed = next(seed);
    size_t slot = ((seed >> 16) * SLOTS) >> 16;
    free(slots[slot]);
    slots[slot] = malloc(1 + (seed & 511));
  }
  x = seed;
}

static void bare(long count) {
  uint32_t seed = x;
  for (long i = 0; i < count; i++) {
    seed = next(seed);
    size_t slot = ((seed >> 16) * SLOTS) >> 16;
    KEEP(sizes[slot]);
    sizes[slot] = 1 + (seed & 511);
  }
  x = seed;
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1);
  int repetitions = (int)argument(argc, argv, 2);
  double ns = fastest(replace, count, repetitions);
  printf("{\"ns\":%.4f,\"bare\":%.4f}\n", ns, fastest(bare, count, repetitions));
  return 0;
}
