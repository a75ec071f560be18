/** Watching of major hazard sources. */
export const WATCHING_LIMITS = {
  tanksPerSourceMax: 500,
  bindingsPerSourceMax: 2_000,
  /** The largest tanks on earth have 100 m and 300,000 m³. */
  tankMetresMax: 500,
  tankVolumeMax: 10_000_000,
  strappingRowsMax: 2_000,
  /** kg/m³; the densest element has 22,600. */
  densityMax: 25_000,
  /** Live quantities are computed at most so often a source, however fast its gauges talk. */
  inventoryIntervalMs: 1_000,
} as const

/** The map and its four-colour risk. */
export const MAP_LIMITS = {
  /** Clusters and single places in one answer; beyond it the clusters get coarser. */
  featuresMax: 2_000,
  /** Side of the square in which places become one cluster, in pixels of the screen. */
  clusterPixels: 56,
  /** From this zoom on (half a metre a pixel) every place stands alone. */
  zoomAlone: 18,
  /** What the map shows is put together at most so often, however many look. */
  judgedAgainMs: 1_000,
  /** Replay goes back so far at the least. */
  replayDays: 30,
  replayDaysMax: 400,
  /** Single things named as the reason of a colour. */
  riskItemsMax: 200,
  circleMetresMin: 10,
  circleMetresMax: 50_000,
  /** Places named inside a circle, nearest first; all are counted. */
  circlePlacesMax: 200,
  outlineBytesMax: 4 * 1024 * 1024,
} as const
