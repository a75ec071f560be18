import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import { CHANNEL_RULE_ID } from '../notification/routing.ts'
import type { Grade, LocalizedText } from '../rules/alarm-rule.ts'
import { type Cause, type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import type { AlarmService } from './alarm-service.ts'
import { isPresent } from './alarm-transition.ts'

/** The device all alarms of the gateway itself belong to. */
export const GATEWAY_DEVICE_ID = 'gateway'

interface SystemCondition {
  readonly ruleId: string
  readonly grade: Grade
  readonly name: LocalizedText
  /** What may have been lost must be looked at by a person. */
  readonly latching: boolean
}

/** What can go wrong with the gateway itself. The key is also the point, where there is one only. */
export const SYSTEM_CONDITIONS = {
  'journal-full': {
    ruleId: 'system-journal-full',
    grade: 2,
    name: { zh: '网关磁盘已满，读数暂停确认', en: 'Disk full: readings are not taken' },
    latching: false,
  },
  'journal-failing': {
    ruleId: 'system-journal-failing',
    grade: 2,
    name: { zh: '网关日志写入失败', en: 'The journal cannot be written' },
    latching: false,
  },
  'journal-damaged': {
    ruleId: 'system-journal-damaged',
    grade: 2,
    name: { zh: '网关日志文件损坏', en: 'The journal was damaged' },
    latching: true,
  },
  'database-unavailable': {
    ruleId: 'system-database-unavailable',
    grade: 2,
    name: { zh: '网关数据库不可写', en: 'The database cannot be written' },
    latching: false,
  },
  'time-series-backlog': {
    ruleId: 'system-time-series-backlog',
    grade: 3,
    name: { zh: '时序库写入积压', en: 'Readings wait for the time-series store' },
    latching: false,
  },
  'journal-filling': {
    ruleId: 'system-journal-filling',
    grade: 2,
    name: {
      zh: '读数积压将满，即将停止接收',
      en: 'The journal is nearly full of waiting readings',
    },
    latching: false,
  },
  'channel-failing': {
    ruleId: CHANNEL_RULE_ID,
    grade: 2,
    name: { zh: '通知渠道发送失败', en: 'A notification channel does not deliver' },
    latching: false,
  },
} as const satisfies Record<string, SystemCondition>
export type SystemConditionName = keyof typeof SYSTEM_CONDITIONS

export interface SystemFact {
  readonly condition: SystemConditionName
  /** Which one, where there are several, e.g. the id of the channel. */
  readonly subject?: string
  readonly isPresent: boolean
  /** Goes into the time line. */
  readonly detail: string
}

/**
 * The gateway's own alarms: facts that other parts report become conditions of the device `gateway`
 * and go through the same table as all others. Every part reports its facts at start and on every
 * change; what is known already is left aside.
 */
export class SystemAlarms {
  readonly #alarms: AlarmService
  readonly #clock: Clock
  readonly #present = new Set<string>()

  constructor({ alarms, clock }: { readonly alarms: AlarmService; readonly clock: Clock }) {
    this.#alarms = alarms
    this.#clock = clock
  }

  /** Takes up what stood when the gateway was last running; after the alarm service has started. */
  start(): void {
    for (const alarm of this.#alarms.openAlarms()) {
      if (alarm.deviceId === GATEWAY_DEVICE_ID && isPresent(alarm.state)) {
        this.#present.add(causeKey(alarm))
      }
    }
  }

  /** Resolves when it stands on disk; what cannot be written waits there, in order. */
  async report(fact: SystemFact): Promise<void> {
    const { ruleId } = SYSTEM_CONDITIONS[fact.condition]
    const point = fact.subject ?? fact.condition
    const cause: Cause = { ruleId, deviceId: GATEWAY_DEVICE_ID, point }
    const key = causeKey(cause)
    if (this.#present.has(key) === fact.isPresent) return
    if (fact.isPresent) this.#present.add(key)
    else this.#present.delete(key)
    try {
      await this.#alarms.apply([this.#eventOf(fact, cause)])
    } catch (error) {
      // Stopped before it stood: the part reports it again after the next start.
      if (!(error instanceof CodedError && error.code === 'alarms_stopped')) throw error
    }
  }

  #eventOf({ condition, isPresent, detail }: SystemFact, cause: Cause): ConditionEvent {
    const atMs = this.#clock.nowMs()
    const base = { ...cause, atMs, value: null, note: detail }
    if (!isPresent) return { ...base, kind: 'returned' }
    const { grade, name, latching } = SYSTEM_CONDITIONS[condition]
    return {
      ...base,
      kind: 'raised',
      rule: { version: 1, name, latching, shelvable: true },
      grade,
      label: name,
      setpoint: null,
      onset: String(atMs),
    }
  }
}
