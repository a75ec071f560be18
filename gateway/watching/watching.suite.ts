import type { DeviceId, Reading } from '#alerting/reading.ts'
import { MARK } from '#alerting/reading.ts'
import type { TankDraft } from '../contract.ts'
import { aPoint, aProfile, PROFILES } from '../registry/registry.suite.ts'
import type { Registry } from '../registry/registry.ts'
import type { WatchedSource } from './watched-source.ts'

/** A tank farm of `plant-1` with one unit of methanol, registered 600 t. */
export function aSource(overrides: Partial<WatchedSource> = {}): WatchedSource {
  return {
    id: 'farm-1',
    name: '一号罐区',
    organizationId: 'plant-1',
    siteId: 'site-1',
    kind: 'tank-farm',
    position: { latitude: 24.9, longitude: 118.8 },
    units: [
      {
        id: 'unit-1',
        name: '甲醇罐组',
        s: '1.2',
        r: '1.2',
        hazardLevel: 4,
        substances: [
          {
            id: 'methanol',
            name: '甲醇',
            row: 65,
            categories: [],
            designMaximum: '600',
            beta: '1',
          },
        ],
      },
    ],
    exposedPopulation: { people: 12 },
    registered: { hazardLevel: 4 },
    filing: { acceptedAt: null, dueAt: null },
    ...overrides,
  }
}

export const TANK_PROFILES = [
  ...PROFILES,
  aProfile('tank', [
    aPoint('level', { unit: '%', primary: true }),
    aPoint('temperature', { unit: '°C' }),
    aPoint('fault', { kind: 'boolean' }),
  ]),
]

/** 1,000 m³ of methanol: 100 % are 791 t. */
export function aTank(overrides: Partial<TankDraft> = {}): TankDraft {
  return {
    name: 'T-101',
    unitId: 'unit-1',
    substanceId: 'methanol',
    shape: {
      kind: 'table',
      rows: [
        { levelM: 0, volumeM3: 0 },
        { levelM: 10, volumeM3: 1_000 },
      ],
    },
    medium: { densityKgM3: 791, expansion: null },
    level: { deviceId: 'tank-1', point: 'level' },
    temperature: null,
    ...overrides,
  }
}

export async function addGauge(registry: Registry, id: string, siteId = 'site-1'): Promise<void> {
  await registry.createDevice({ id, name: id, profileId: 'tank', siteId, location: '' })
}

export function aLevel(deviceId: string, value: number, atMs: number): Reading {
  return {
    deviceId: deviceId as DeviceId,
    point: 'level',
    observedAtMs: atMs,
    arrivedAtMs: atMs,
    value,
    quality: 'good',
    marks: MARK.none,
  }
}
