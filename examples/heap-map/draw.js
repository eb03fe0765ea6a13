// A picture of a heap, from what heap.map() describes: one character for each page, then one for each pool of each arena.

const COLUMNS = 64;
const PAGES = { free: '.', claimed: '?', arena: 'a', slab: 's', block: '#', vector: '#', resizing: '#' };

/** @param {import('@sharena/heap').HeapMap} map */
export function draw(map) {
  const pages = map.runs.map((run) => PAGES[run.state].repeat(run.pages)).join('');
  return [
    'pages: t tables, a arena, s slab, # large block, . free',
    ...rows(`${'t'.repeat(map.tablePages)}${pages}`),
    '',
    'pools: 0 to 9 how full, * full, o empty, ! blocks that another thread freed, . never used',
    ...map.arenas.map((arena) => `${arena.pools.map(poolCharacter).join('')} slot ${arena.slot}, arena ${arena.index}`),
  ].join('\n');
}

/** @param {import('@sharena/heap').BlocksMap} pool */
function poolCharacter(pool) {
  if (pool.remotePending > 0) return '!';
  if (pool.state === 'used') return `${Math.floor((10 * pool.inUse) / pool.capacity)}`;
  return { full: '*', empty: 'o', uncarved: '.' }[pool.state];
}

/** @param {string} text */
function rows(text) {
  return text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
}
