/*
 * xmalloc <64|mixed>: one thread of a lane allocates, the other frees. Batches of 4096 blocks go through a ring of 100; a full or an
 * empty ring makes its side wait. mixed: 17 sizes from 8 to 2048 bytes. Only frees are counted.
 */
#include "crew.h"

enum { BATCH = 4096, BATCHES = 100 };
static const uint32_t SIZES[17] = {8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048};

struct lane {
  struct turn produced, consumed;
  uint32_t *batches[BATCHES][BATCH];
};
static struct lane lanes[MOST_THREADS / 2];

static void make(struct member *member) {
  struct lane *lane = &lanes[member->index / 2];
  if (member->index % 2 == 0) {
    lane->produced = (struct turn)TURN;
    lane->consumed = (struct turn)TURN;
  }
  member->own = lane;
}

static long step(struct member *member) {
  struct lane *lane = member->own;
  if (member->index % 2 == 1) {
    long consumed = lane->consumed.value;
    if (!waitWhile(&lane->produced, consumed)) return 0;
    uint32_t **batch = lane->batches[consumed % BATCHES];
    for (int i = 0; i < BATCH; i++) free(batch[i]);
    setTurn(&lane->consumed, consumed + 1);
    return BATCH;
  }
  long produced = lane->produced.value;
  if (!waitWhile(&lane->consumed, produced - BATCHES)) return 0;
  uint32_t **batch = lane->batches[produced % BATCHES];
  int isMixed = member->kind[0] == 'm';
  uint32_t x = member->x;
  for (int i = 0; i < BATCH; i++) {
    x = next(x);
    batch[i] = malloc(isMixed ? SIZES[((x >> 16) * 17) >> 16] : 64);
    *batch[i] = 1;
  }
  member->x = x;
  setTurn(&lane->produced, produced + 1);
  return 0;
}

int main(int argc, char **argv) { return runCrew(argc, argv, 2); }
