/*
 * hand-over <64|mixed> <warm-up ms> <ms>: one thread allocates, another frees. Batches of 4096 blocks go through a ring of 100;
 * a full or an empty ring makes its side wait. mixed: 17 sizes from 8 to 2048 bytes.
 */
#include <pthread.h>
#include "bench.h"

enum { BATCH = 4096, BATCHES = 100 };
static const uint32_t SIZES[17] = {8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048};

static uint32_t *batches[BATCHES][BATCH];
static long produced, consumed;
static int over, isMixed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hasBatch = PTHREAD_COND_INITIALIZER, hasRoom = PTHREAD_COND_INITIALIZER;

static void fill(uint32_t **batch) {
  for (int i = 0; i < BATCH; i++) {
    batch[i] = malloc(64);
    *batch[i] = 1;
  }
}

static uint32_t fillMixed(uint32_t **batch, uint32_t x) {
  for (int i = 0; i < BATCH; i++) {
    x = next(x);
    batch[i] = malloc(SIZES[((x >> 16) * 17) >> 16]);
    *batch[i] = 1;
  }
  return x;
}

static void *produce(void *nothing) {
  uint32_t x = 1;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (produced - consumed == BATCHES && !over) pthread_cond_wait(&hasRoom, &lock);
    int ends = over;
    pthread_mutex_unlock(&lock);
    if (ends) return nothing;
    if (isMixed) x = fillMixed(batches[produced % BATCHES], x);
    else fill(batches[produced % BATCHES]);
    pthread_mutex_lock(&lock);
    produced++;
    pthread_cond_signal(&hasBatch);
    pthread_mutex_unlock(&lock);
  }
}

int main(int argc, char **argv) {
  double warm = now() + 1e6 * (double)argument(argc, argv, 2);
  double end = warm + 1e6 * (double)argument(argc, argv, 3), ended = 0, processor = 0;
  isMixed = strcmp(argv[1], "mixed") == 0;
  long done = 0;
  pthread_t producer;
  pthread_create(&producer, NULL, produce, NULL);
  while (ended == 0) {
    pthread_mutex_lock(&lock);
    while (produced == consumed) pthread_cond_wait(&hasBatch, &lock);
    pthread_mutex_unlock(&lock);
    uint32_t **batch = batches[consumed % BATCHES];
    for (int i = 0; i < BATCH; i++) free(batch[i]);
    done += BATCH;
    double time = now();
    if (processor == 0 && time >= warm) {
      processor = -processorTime();
      done = 0;
    }
    if (time >= end && done > 0) {
      ended = time;
      processor += processorTime();
    }
    pthread_mutex_lock(&lock);
    consumed++;
    over = ended != 0;
    pthread_cond_signal(&hasRoom);
    pthread_mutex_unlock(&lock);
  }
  pthread_join(producer, NULL);
  printf("{\"perSecond\":%.1f,\"processor\":%.3f}\n", (double)done / (ended - warm) * 1e9, processor / (double)done);
  return 0;
}
