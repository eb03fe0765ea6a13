/*
 * fragmentation <phases>: fills up to 64 MiB with blocks of 16 to 127 bytes, frees nine of ten at random, fills up with blocks of 128
 * to 1023 bytes, frees nine of ten of all, and so on with 1 and 8 KiB and again from the beginning. Prints what it keeps at last, and
 * over time.
 */
#include <unistd.h>
#include "bench.h"

enum { FULL = 64 << 20, MOST = 1 << 21, MARKS = 256 };
static char *blocks[MOST];
static int sizes[MOST];
static double marks[MARKS][3];
static int markCount, count;
static long bytes, base;
static double begun;
static uint32_t x = 1;

static long residentBytes(void) {
  long total, pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld %ld", &total, &pages) != 2) exit(2);
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

static void mark(void) {
  if (markCount == MARKS) return;
  marks[markCount][0] = (now() - begun) / 1e9;
  marks[markCount][1] = (double)(residentBytes() - base);
  marks[markCount++][2] = (double)bytes;
}

static void fillUp(uint32_t least) {
  while (bytes < FULL) {
    x = next(x);
    uint32_t size = least + (x >> 8) % (7 * least);
    blocks[count] = malloc(size);
    memset(blocks[count], 1, size);
    sizes[count++] = (int)size;
    bytes += size;
  }
}

static void thinOut(void) {
  int kept = 0;
  for (int i = 0; i < count; i++) {
    x = next(x);
    if ((x >> 8) % 10 == 0) {
      blocks[kept] = blocks[i];
      sizes[kept++] = sizes[i];
    } else {
      free(blocks[i]);
      bytes -= sizes[i];
    }
  }
  count = kept;
}

static void printSeries(const char *metric, int column) {
  printf("{\"metric\":\"%s\",\"unit\":\"B\",\"along\":\"seconds\",\"points\":[", metric);
  for (int i = 0; i < markCount; i++) printf("%s[%.4f,%.0f]", i ? "," : "", marks[i][0], marks[i][column]);
  printf("]}");
}

int main(int argc, char **argv) {
  long phases = argument(argc, argv, 1);
  for (int i = 0; i < MOST; i++) blocks[i] = (char *)1, sizes[i] = 1; /* resident before it is counted */
  begun = now();
  base = residentBytes();
  mark();
  for (long phase = 0; phase < phases; phase++) {
    fillUp(16u << (3 * (phase % 4)));
    mark();
    thinOut();
    mark();
  }
  double kept = marks[markCount - 1][1];
  printf("{\"bytes\":%.0f,\"part\":%.4f,\"series\":[", kept < 1 ? 1 : kept, (double)bytes / kept);
  printSeries("resident set", 1);
  printf(",");
  printSeries("asked for", 2);
  printf("]}\n");
  return 0;
}
