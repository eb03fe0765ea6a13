/*
 * glibc-simple: for 16, 32 and 64 bytes and 25, 100, 400 and 1600 blocks by turns: allocates them all, writes every byte, frees
 * the first half in the order of allocation and the second in the reverse one.
 */
#include "crew.h"

static const int sizes[3] = {16, 32, 64}, counts[4] = {25, 100, 400, 1600};

static void make(struct member *member) { member->own = calloc(1601, sizeof(char *)); }

static long step(struct member *member) {
  char **blocks = member->own;
  uint32_t turn = member->x++;
  size_t size = (size_t)sizes[turn % 3];
  int count = counts[turn / 3 % 4];
  for (int i = 0; i < count; i++) {
    blocks[i] = malloc(size);
    memset(blocks[i], 1, size);
    KEEP(blocks[i]);
  }
  for (int i = 0; i < count / 2; i++) free(blocks[i]);
  for (int i = count - 1; i >= count / 2; i--) free(blocks[i]);
  return count;
}

int main(int argc, char **argv) { return runCrew(argc, argv, 1); }
