import type { Clock } from '#alerting/clock.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { test as databaseTest } from '../database/database.suite.ts'
import type { Database } from '../database/open.ts'
import { DeviceCredentials } from './credentials.ts'
import { Registry } from './registry.ts'
import type { DeviceProfile, PointDefinition, Principal } from './types.ts'

export function aPoint(name: string, overrides: Partial<PointDefinition> = {}): PointDefinition {
  return {
    name,
    label: { zh: name, en: name },
    kind: 'number',
    unit: null,
    range: null,
    primary: false,
    ...overrides,
  }
}

export function aProfile(id: string, points: readonly PointDefinition[]): DeviceProfile {
  return {
    id,
    name: { zh: id, en: id },
    family: 'gas',
    points: new Map(points.map((point) => [point.name, point])),
    silentAfterMs: 60_000,
    builtIn: true,
  }
}

export const PROFILES = [
  aProfile('gas-combustible', [
    aPoint('lel', { unit: '%LEL', primary: true }),
    aPoint('fault', { kind: 'boolean' }),
  ]),
  aProfile('smoke', [aPoint('smoke', { kind: 'boolean' }), aPoint('fault', { kind: 'boolean' })]),
]

export function aRule(overrides: Partial<AlarmRuleDraft> = {}): AlarmRuleDraft {
  return {
    id: 'gas-high',
    name: { zh: '可燃气体', en: 'Combustible gas' },
    profileIds: ['gas-combustible'],
    point: 'lel',
    condition: {
      kind: 'limit',
      direction: 'high',
      setpoints: [{ setpoint: 25, grade: 3, label: { zh: '一级报警', en: 'first alarm' } }],
      deadband: 3,
    },
    onDelayMs: 0,
    offDelayMs: 10_000,
    latching: true,
    shelvable: false,
    enabled: true,
    ...overrides,
  }
}

export function aPrincipal(organizationId: string | null): Principal {
  return {
    userId: 'user-1',
    username: 'lin',
    role: 'supervisor',
    organizationId,
    scopes: new Set(['read', 'operate']),
  }
}

export async function startRegistry(options: {
  readonly database: Database
  readonly clock: Clock
  readonly profiles?: readonly DeviceProfile[]
}): Promise<{ readonly registry: Registry; readonly credentials: DeviceCredentials }> {
  const credentials = new DeviceCredentials(options)
  const registry = new Registry({ profiles: PROFILES, ...options, credentials })
  await credentials.start()
  await registry.start()
  return { registry, credentials }
}

interface RegistryFixtures {
  readonly credentials: DeviceCredentials
  readonly registry: Registry
  /**
   * A registry with two towns of one district: `plant-1` and `plant-2` in `town-1`, `plant-3` in
   * `town-2`, each with one site and one gas detector of the same number.
   */
  readonly district: Registry
}

export const test = databaseTest.extend<RegistryFixtures>({
  credentials: async ({ database, clock }, use) => {
    const credentials = new DeviceCredentials({ database, clock })
    await credentials.start()
    await use(credentials)
  },
  registry: async ({ database, clock, credentials }, use) => {
    const registry = new Registry({ database, clock, credentials, profiles: PROFILES })
    await registry.start()
    await use(registry)
  },
  district: async ({ registry }, use) => {
    await fillDistrict(registry)
    await use(registry)
  },
})

export async function fillDistrict(registry: Registry): Promise<void> {
  const organizations = [
    ['district', '台商投资区', 'district', null],
    ['town-1', '东园镇', 'town', 'district'],
    ['town-2', '洛阳镇', 'town', 'district'],
    ['plant-1', '一号化工', 'enterprise', 'town-1'],
    ['plant-2', '二号化工', 'enterprise', 'town-1'],
    ['plant-3', '三号化工', 'enterprise', 'town-2'],
  ] as const
  for (const [id, name, kind, parentId] of organizations) {
    await registry.createOrganization({ id, name, kind, parentId })
  }
  for (const number of [1, 2, 3]) {
    await registry.createSite({
      id: `site-${number}`,
      name: `罐区 ${number}`,
      organizationId: `plant-${number}`,
      address: '',
      position: { latitude: 24.9, longitude: 118.8 },
      contactName: '林',
      contactPhone: '13800000000',
    })
    await registry.createDevice({
      id: `gas-${number}`,
      name: `探头 ${number}`,
      profileId: 'gas-combustible',
      siteId: `site-${number}`,
      location: '泵房',
    })
  }
}
