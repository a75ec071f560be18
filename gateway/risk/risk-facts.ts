import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { DeviceStatus } from '../contract.ts'
import type { DutyBook } from '../duties/duty-book.ts'
import type { PlantModel } from '../registry/plant-model.ts'
import type { SourceDirectory } from '../watching/watched-source.ts'
import type { RiskFactor } from './risk-model.ts'

export const RISK_SUBJECTS = ['hazard-source', 'alarm', 'device', 'duty'] as const

/** One thing that counts. */
export interface RiskFact {
  readonly organizationId: string
  readonly factor: RiskFactor
  readonly subject: {
    readonly kind: (typeof RISK_SUBJECTS)[number]
    readonly id: string
    readonly name: string
    /** Raised, due or last heard; null where there is no such instant. */
    readonly sinceMs: number | null
  }
}

/** Port: who knows of something that counts; asked again and again, answered from memory. */
export type RiskFacts = (nowMs: number) => Iterable<RiskFact>

export interface RiskWorld {
  readonly duties: Pick<DutyBook, 'dutiesOf'>
  readonly plant: PlantModel
  readonly sources: SourceDirectory
  readonly openAlarms: () => Iterable<Alarm>
  readonly presenceOf: (deviceId: string) => {
    readonly status: DeviceStatus
    readonly lastSeenAtMs: number | null
  }
}

const LEVELS = { 1: 'level1', 2: 'level2', 3: 'level3', 4: 'level4' } as const
const GRADES = { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' } as const

/**
 * What the gateway itself knows. Not counted: drills, alarms that another one explains or whose place
 * is out of service (they ask nobody for anything), and devices that were never switched on.
 */
export function riskFactsOf(world: RiskWorld): readonly RiskFacts[] {
  return [sourceFacts, filingFacts, dutyFacts, alarmFacts, deviceFacts].map((facts) => facts(world))
}

function sourceFacts({ sources }: RiskWorld): RiskFacts {
  return function* () {
    for (const { id, name, organizationId, registered } of sources.sources()) {
      if (registered.hazardLevel === null) continue
      const subject = { kind: 'hazard-source' as const, id, name, sinceMs: null }
      yield { organizationId, factor: LEVELS[registered.hazardLevel], subject }
    }
  }
}

/** The three-yearly assessment is over its date. */
function filingFacts({ sources }: RiskWorld): RiskFacts {
  return function* (nowMs) {
    for (const { id, name, organizationId, filing } of sources.sources()) {
      const dueAtMs = filing.dueAt === null ? null : Date.parse(filing.dueAt)
      if (dueAtMs === null || dueAtMs > nowMs) continue
      const subject = { kind: 'hazard-source' as const, id, name, sinceMs: dueAtMs }
      yield { organizationId, factor: 'filing', subject }
    }
  }
}

/** Of the persons responsible for the source; its name stands for theirs. */
function dutyFacts({ sources, duties }: RiskWorld): RiskFacts {
  return function* () {
    for (const source of sources.sources()) {
      for (const { state, dueAt } of duties.dutiesOf(source)) {
        if (state !== 'overdue') continue
        const sinceMs = dueAt === null ? null : Date.parse(dueAt)
        const subject = { kind: 'duty' as const, id: source.id, name: source.name, sinceMs }
        yield { organizationId: source.organizationId, factor: 'duty', subject }
      }
    }
  }
}

function alarmFacts({ openAlarms, plant }: RiskWorld): RiskFacts {
  return function* () {
    for (const alarm of openAlarms()) {
      if (!counts(alarm)) continue
      const device = plant.device(alarm.deviceId)?.name ?? alarm.deviceId
      yield {
        organizationId: alarm.organizationId,
        factor: GRADES[alarm.grade],
        subject: { kind: 'alarm', id: alarm.id, name: device, sinceMs: alarm.raisedAtMs },
      }
    }
  }
}

export function counts({ drill, suppressedBy, outOfServiceBy }: Alarm): boolean {
  return !drill && suppressedBy === null && outOfServiceBy === null
}

function deviceFacts({ plant, presenceOf }: RiskWorld): RiskFacts {
  return function* () {
    for (const { id, name, siteId } of plant.devices()) {
      const { status, lastSeenAtMs } = presenceOf(id)
      if (status !== 'silent' && status !== 'fault') continue
      const organizationId = plant.organizationOfSite(siteId)
      if (organizationId === null) continue
      const subject = { kind: 'device' as const, id, name, sinceMs: lastSeenAtMs }
      yield { organizationId, factor: status, subject }
    }
  }
}
