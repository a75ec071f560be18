import { z } from 'zod'
import { MAP_LIMITS } from './limits.ts'

const points = z.int().min(0).max(1_000)

/** Points of the four-colour risk, see `gateway/risk/risk-model.ts`. */
export const riskSettings = z.strictObject({
  sources: z.strictObject({
    level1: points,
    level2: points,
    level3: points,
    level4: points,
    most: points,
  }),
  alarms: z.strictObject({
    red: points,
    orange: points,
    yellow: points,
    blue: points,
    most: points,
  }),
  devices: z.strictObject({ silent: points, fault: points, most: points }),
  overdue: z.strictObject({ filing: points, duty: points, most: points }),
  colours: z
    .strictObject({ red: points, orange: points, yellow: points })
    .refine(({ red, orange, yellow }) => red > orange && orange > yellow && yellow > 0, {
      message: 'red must begin above orange, orange above yellow, and yellow above 0',
    }),
  /** A divisor of an hour, so that snapshots fall on the same minutes of every hour. */
  snapshotMinutes: z.literal([5, 10, 15, 20, 30, 60]),
  keptDays: z.int().min(MAP_LIMITS.replayDays).max(MAP_LIMITS.replayDaysMax),
})

/** Placeholders of a tile server: `{z}`, `{x}` and `{y}`. */
const tileUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => ['{z}', '{x}', '{y}'].every((part) => decodeURI(url).includes(part)), {
    message: 'the address of tiles must have {z}, {x} and {y} in it',
  })

export const mapSettings = z.strictObject({
  outlineFile: z.string().min(1).nullable(),
  tiles: z
    .strictObject({
      url: tileUrl,
      attribution: z.string().max(200),
      datum: z.enum(['wgs84', 'gcj02']),
      zoomMax: z.int().min(1).max(22),
    })
    .nullable(),
})
