import type { Quality } from '#alerting/reading.ts'
import type { AlarmRule } from '#alerting/rules/alarm-rule.ts'
import type { AlarmDto } from '../contract.ts'

type Text = { readonly zh: string; readonly en: string }

/** What was true around the beginning of an alarm. Instants are ISO 8601 in UTC. */
export interface EvidenceDocument {
  readonly format: 'vigil-evidence/1'
  /** False: the time after the alarm is not over yet. */
  readonly isComplete: boolean
  readonly frozenAt: string
  readonly from: string
  readonly to: string
  /** As it was when this was frozen. */
  readonly alarm: AlarmDto
  /** The rule in the version that raised the alarm; null: it is not known any more. */
  readonly rule:
    | (Pick<AlarmRule, 'id' | 'version' | 'name' | 'condition'> & { readonly inForce: boolean })
    | null
  /** Of the device at the beginning of the alarm. */
  readonly device: {
    readonly id: string
    readonly name: string
    readonly profileId: string
    readonly location: string
    readonly status: string
    readonly lastSeenAt: string | null
    readonly connected: boolean
  } | null
  readonly points: readonly EvidencePoint[]
  /** Whom it was told to, until this was frozen. */
  readonly told: readonly {
    readonly at: string
    readonly channel: string
    readonly type: string
    readonly summary: string
    readonly state: string
  }[]
}

export interface EvidencePoint {
  readonly point: string
  readonly label: Text
  readonly unit: string | null
  readonly isCut: boolean
  readonly readings: readonly {
    readonly at: string
    readonly value: number | boolean
    readonly quality: Quality
  }[]
}
