import { z } from 'zod'
import { TEXT_LIMITS, WATCHING_LIMITS } from '#config/limits.ts'
import { WATCHED_QUANTITIES } from '#config/required-points.ts'
import { hazardLevelSchema } from './hazards.ts'
import { DEVICE_STATUSES } from './plant.ts'
import { id, instant, name } from './values.ts'

/** Watching a major hazard source: what is bound to it, what is missing, what is in its tanks now. */

const metres = z.number().positive().max(WATCHING_LIMITS.tankMetresMax)

/** Inside measures. `table`: level above the bottom → volume, both rising from row to row. */
export const tankShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('vertical-cylinder'), diameterM: metres, heightM: metres }),
  z.strictObject({
    kind: z.literal('horizontal-cylinder'),
    diameterM: metres,
    /** Of the cylinder, without its heads. */
    lengthM: metres,
    /** `elliptical`: 2:1. */
    heads: z.enum(['flat', 'elliptical']).default('flat'),
  }),
  z.strictObject({ kind: z.literal('sphere'), diameterM: metres }),
  z.strictObject({
    kind: z.literal('table'),
    rows: z
      .array(
        z.strictObject({
          levelM: z.number().min(0).max(WATCHING_LIMITS.tankMetresMax),
          volumeM3: z.number().min(0).max(WATCHING_LIMITS.tankVolumeMax),
        }),
      )
      .min(2)
      .max(WATCHING_LIMITS.strappingRowsMax)
      .superRefine((rows, context) => {
        const at = rows.findIndex((row, index) => {
          const above = rows[index - 1]
          if (above === undefined) return false
          return row.levelM <= above.levelM || row.volumeM3 < above.volumeM3
        })
        if (at < 0) return
        context.addIssue({
          code: 'custom',
          path: [at],
          message: `row ${at + 1}: level must be higher and volume not smaller than in the row before`,
        })
      }),
  }),
])
export type TankShape = z.infer<typeof tankShape>

export const tankMedium = z.strictObject({
  /** At the reference temperature, where one is given. */
  densityKgM3: z
    .number()
    .positive('a density must be above 0 kg/m³')
    .max(WATCHING_LIMITS.densityMax),
  /** Corrects the density by the tank's temperature; null: not corrected. */
  expansion: z
    .strictObject({
      perKelvin: z.number().min(0).max(0.01),
      referenceC: z.number().min(-273).max(1_000),
    })
    .nullable()
    .default(null),
})
export type TankMedium = z.infer<typeof tankMedium>

const boundPoint = z.strictObject({ deviceId: id, point: z.string().min(1).max(64) })
export type BoundPoint = z.infer<typeof boundPoint>

/** A tank of a unit; its level gauge makes the live quantity of one substance. */
export const tankDraft = z.strictObject({
  id: id.optional(),
  name,
  unitId: id,
  substanceId: id,
  shape: tankShape,
  medium: tankMedium,
  level: boundPoint,
  temperature: boundPoint.nullable().default(null),
})
export type TankDraft = z.output<typeof tankDraft>
export const tank = tankDraft.extend({ id: z.string(), sourceId: z.string() })
export type Tank = z.infer<typeof tank>

export type WatchedQuantity = (typeof WATCHED_QUANTITIES)[number]

/** A device (or camera, weather mast) that watches the source; what it measures of what is asked for. */
export const bindingDraft = z.strictObject({
  deviceId: id,
  /** Null: the device as a whole. */
  point: z.string().min(1).max(64).nullable().default(null),
  quantity: z.enum(WATCHED_QUANTITIES),
  /** Unit of the source; null: the source as a whole. */
  unitId: id.nullable().default(null),
  note: z.string().trim().max(TEXT_LIMITS.nameLengthMax).default(''),
})
export type BindingDraft = z.output<typeof bindingDraft>

export const binding = bindingDraft.extend({
  id: z.string(),
  sourceId: z.string(),
  deviceName: z.string(),
  status: z.enum(DEVICE_STATUSES),
  value: z.union([z.number(), z.boolean()]).nullable(),
  unit: z.string().nullable(),
  at: instant.nullable(),
})
export type Binding = z.infer<typeof binding>

/** What a source of this kind must measure, and whether something does. */
export const requirement = z.object({
  /** One of these is enough. */
  anyOf: z.array(z.enum(WATCHED_QUANTITIES)),
  isMet: z.boolean(),
  /** Ids of devices that do. */
  boundTo: z.array(z.string()),
  /** Where the duty stands, and how sure that is. */
  source: z.string(),
  confidence: z.enum(['verified', 'partly', 'from-memory']),
})
export type Requirement = z.infer<typeof requirement>

/** `registered`: no tank of it is bound, so its design maximum counts. */
export const LIVE_BASES = ['measured', 'registered', 'stale'] as const
export const liveSubstance = z.object({
  id: z.string(),
  name: z.string(),
  basis: z.enum(LIVE_BASES),
  /** Tonnes, exact decimals. */
  now: z.string().nullable(),
  registered: z.string().nullable(),
  isExceeded: z.boolean(),
})
export type LiveSubstance = z.infer<typeof liveSubstance>

export const liveUnit = z.object({
  id: z.string(),
  name: z.string(),
  s: z.object({ now: z.string().nullable(), registered: z.string().nullable() }),
  r: z.object({ now: z.string().nullable(), registered: z.string().nullable() }),
  hazardLevel: z.object({ now: hazardLevelSchema, registered: hazardLevelSchema }),
  substances: z.array(liveSubstance),
})
export type LiveUnit = z.infer<typeof liveUnit>

export const liveTank = z.object({
  id: z.string(),
  name: z.string(),
  unitId: z.string(),
  substanceId: z.string(),
  deviceId: z.string(),
  status: z.enum(DEVICE_STATUSES),
  level: z.number().nullable(),
  levelUnit: z.string().nullable(),
  levelM: z.number().nullable(),
  heightM: z.number(),
  volumeM3: z.number().nullable(),
  capacityM3: z.number(),
  temperatureC: z.number().nullable(),
  tonnes: z.string().nullable(),
  /** The gauge says more than full or less than empty. */
  isBeyond: z.boolean(),
  at: instant.nullable(),
})
export type LiveTank = z.infer<typeof liveTank>

export const watchState = z.object({
  sourceId: z.string(),
  sourceName: z.string(),
  at: instant,
  units: z.array(liveUnit),
  tanks: z.array(liveTank),
  bindings: z.array(binding),
  requirements: z.array(requirement),
  /** Days that readings are kept, against the 30 of order 40, article 13. */
  retention: z.object({ days: z.int(), daysByLaw: z.int(), isEnough: z.boolean() }),
})
export type WatchState = z.infer<typeof watchState>
