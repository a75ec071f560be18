import { z } from 'zod'
import { MAP_LIMITS } from '#config/limits.ts'
import { RISK_SUBJECTS } from '../risk/risk-facts.ts'
import { RISK_COLOURS, RISK_FACTORS, type RiskGroup } from '../risk/risk-model.ts'
import { HAZARD_SOURCE_KINDS } from './hazard-dossier.ts'
import { hazardLevelSchema } from './hazards.ts'
import { ORGANIZATION_KINDS } from './plant.ts'
import { gradeSchema, id, instant } from './values.ts'

/** The map and the four-colour risk. Positions are WGS 84, degrees. */

const latitude = z.coerce.number().min(-90).max(90)
const longitude = z.coerce.number().min(-180).max(180)
const position = z.object({ latitude: z.number(), longitude: z.number() })
export type MapPosition = z.infer<typeof position>

const riskColour = z.enum(RISK_COLOURS)
const GROUPS = Object.keys(RISK_FACTORS) as [RiskGroup, ...RiskGroup[]]
const riskFactor = z.enum([
  ...RISK_FACTORS.sources,
  ...RISK_FACTORS.alarms,
  ...RISK_FACTORS.devices,
  ...RISK_FACTORS.overdue,
])
const riskPart = z.object({ factor: riskFactor, count: z.int(), points: z.int() })
const riskGroup = z.object({
  group: z.enum(GROUPS),
  /** What it adds to the points: the sum of its parts, at most `most`. */
  points: z.int(),
  most: z.int(),
  parts: z.array(riskPart),
})

export const riskEntry = z.object({
  organizationId: z.string(),
  name: z.string(),
  kind: z.enum(ORGANIZATION_KINDS),
  parentId: z.string().nullable(),
  /** The middle of its sites. */
  position: position.nullable(),
  colour: riskColour,
  /** The sum of its groups. Of one with others below it: those of the worst, `worstId`. */
  points: z.int(),
  worstId: z.string(),
  /** Enterprises below it (itself included) by colour. */
  enterprises: z.record(riskColour, z.int()),
  groups: z.array(riskGroup),
})
export type RiskEntry = z.infer<typeof riskEntry>

export const riskMap = z.object({
  /** Of the board or of the snapshot; null: there is no snapshot at or before the instant asked for. */
  at: instant.nullable(),
  basis: z.enum(['live', 'snapshot']),
  /** Points from which each colour begins. */
  bounds: z.object({ red: z.int(), orange: z.int(), yellow: z.int() }),
  items: z.array(riskEntry),
})
export type RiskMap = z.infer<typeof riskMap>
export const riskMapQuery = z.object({ at: instant.optional() })

export const riskDetail = riskEntry.extend({
  at: instant,
  worst: z.object({ id: z.string(), name: z.string() }),
  /** Every single thing that counts in `worst`, as many as are named. */
  items: z.array(
    z.object({
      factor: riskFactor,
      kind: z.enum(RISK_SUBJECTS),
      id: z.string(),
      name: z.string(),
      since: instant.nullable(),
    }),
  ),
  itemsTotal: z.int(),
})
export type RiskDetail = z.infer<typeof riskDetail>

/** Instants of which the replay knows, oldest first. */
export const riskSnapshots = z.object({ keptDays: z.int(), items: z.array(instant) })
export type RiskSnapshots = z.infer<typeof riskSnapshots>

const ring = z.array(z.array(z.number()).min(2).max(3)).min(4)
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring).min(1)).min(1) }),
])
/** GeoJSON (RFC 7946) of what is drawn under everything else. */
export const mapOutline = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.object({
        name: z.string().max(200),
        /** Whose risk colours it; without it, it is only drawn. */
        organizationId: id.optional(),
      }),
      geometry,
    }),
  ),
})
export type MapOutline = z.infer<typeof mapOutline>

/** What the map is drawn on. */
export const mapBase = z.object({
  outline: mapOutline.nullable(),
  /** Why the outline cannot be used; null: it can, or there is none. */
  outlineProblem: z.string().nullable(),
  tiles: z
    .object({
      url: z.string(),
      attribution: z.string(),
      datum: z.enum(['wgs84', 'gcj02']),
      zoomMax: z.int(),
    })
    .nullable(),
  /** Of all that has a position in the territory; null: nothing has. */
  bounds: z
    .object({ west: z.number(), south: z.number(), east: z.number(), north: z.number() })
    .nullable(),
  /** Sites and sources that no map can show, because nobody said where they are. */
  withoutPosition: z.object({ sites: z.int(), sources: z.int() }),
})
export type MapBase = z.infer<typeof mapBase>

export const PLACE_KINDS = ['site', 'source'] as const
const tally = {
  /** The most urgent open alarm. */
  worstGrade: gradeSchema.nullable(),
  alarms: z.int(),
  unacknowledged: z.int(),
  devices: z.int(),
  silent: z.int(),
  fault: z.int(),
}
export const mapPlace = z.object({
  kind: z.enum(PLACE_KINDS),
  id: z.string(),
  name: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  position,
  ...tally,
  hazardLevel: hazardLevelSchema,
  sourceKind: z.enum(HAZARD_SOURCE_KINDS).nullable(),
  /** Exposed within 500 m of a source; null: nobody said. */
  people: z.int().nullable(),
})
export type MapPlace = z.infer<typeof mapPlace>

export const mapCluster = z.object({
  position,
  bounds: z.object({ west: z.number(), south: z.number(), east: z.number(), north: z.number() }),
  sites: z.int(),
  sources: z.int(),
  ...tally,
})
export type MapCluster = z.infer<typeof mapCluster>

export const mapPlaces = z.object({
  at: instant,
  places: z.array(mapPlace),
  clusters: z.array(mapCluster),
})
export type MapPlaces = z.infer<typeof mapPlaces>

/** `alarms`: sites with open alarms; `devices`: sites with devices; `sources`: hazard sources. */
export const MAP_LAYERS = ['alarms', 'devices', 'sources'] as const
export type MapLayer = (typeof MAP_LAYERS)[number]
export const mapPlacesQuery = z.object({
  west: longitude,
  south: latitude,
  east: longitude,
  north: latitude,
  zoom: z.coerce.number().int().min(0).max(24),
  layers: z
    .string()
    .transform((text) => text.split(',').filter((layer) => layer !== ''))
    .pipe(z.array(z.enum(MAP_LAYERS)))
    .default([...MAP_LAYERS]),
  /** This grade or a more urgent one. */
  gradeMax: z.coerce.number().int().min(1).max(4).optional(),
  hazardLevel: z.coerce.number().int().min(1).max(4).optional(),
  /** `true`: only with an open alarm, or with a device that is silent or broken. */
  abnormal: z.enum(['true', 'false']).optional(),
  /** Part of the name of the place or of its enterprise. */
  text: z.string().trim().max(120).optional(),
})

export const circleQuery = z.object({
  latitude,
  longitude,
  metres: z.coerce.number().min(MAP_LIMITS.circleMetresMin).max(MAP_LIMITS.circleMetresMax),
})
/** What lies within a circle. People are those exposed around the sources in it, as registered. */
export const mapCircle = z.object({
  people: z.int(),
  /** Sources of which nobody said how many people are exposed. */
  sourcesWithoutPeople: z.int(),
  sites: z.int(),
  sources: z.int(),
  devices: z.int(),
  alarms: z.int(),
  items: z.array(mapPlace.extend({ distanceMetres: z.number() })),
})
export type MapCircle = z.infer<typeof mapCircle>
