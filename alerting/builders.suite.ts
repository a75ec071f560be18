import type { Place, PlaceDirectory } from './alarms/place-directory.ts'
import type { NotificationChannel } from './notification/notification-channel.ts'
import { type DeviceId, MARK, parseDeviceId, type Reading, type ReadingBatch } from './reading.ts'
import type { AlarmRule, Condition, Grade } from './rules/alarm-rule.ts'
import type { ConditionEvent } from './rules/condition-event.ts'
import { operandsOf, ownKey } from './rules/operands.ts'
import type { RuleDirectory, RuleListener } from './rules/rule-directory.ts'

/** Builders and small fakes for the tests of alerting. */

export const START_MS = Date.UTC(2026, 10, 23, 8, 0, 0)
export const DEVICE = 'GD-01'

export function text(word: string) {
  return { zh: word, en: word }
}

export function setpoint(at: number, grade: Grade) {
  return { setpoint: at, grade, label: text(`${at}`) }
}

/** First alarm 25, second 50 %LEL, deadband 3: the rule of the acceptance checks. */
export function gasCondition(overrides: Partial<Extract<Condition, { kind: 'limit' }>> = {}) {
  return {
    kind: 'limit',
    direction: 'high',
    setpoints: [setpoint(25, 3), setpoint(50, 2)],
    deadband: 3,
    ...overrides,
  } as const satisfies Condition
}

export function booleanCondition(is = true): Condition {
  return { kind: 'boolean', is, grade: 2, label: text('smoke') }
}

export function noDataCondition(afterMs = 60_000): Condition {
  return { kind: 'no-data', afterMs, grade: 3, label: text('silent') }
}

export function aRule(overrides: Partial<AlarmRule> = {}): AlarmRule {
  return {
    id: 'gas-high',
    version: 1,
    name: text('gas'),
    profileIds: ['gas-combustible'],
    point: 'lel',
    condition: gasCondition(),
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    shelvable: true,
    enabled: true,
    ...overrides,
  }
}

/** Rules by the point they judge: for every device, or for those a rule names. */
export class FakeRuleDirectory implements RuleDirectory {
  rules: readonly AlarmRule[]

  constructor(...rules: readonly AlarmRule[]) {
    this.rules = rules
  }

  rulesFor(deviceId: string, point: string): readonly AlarmRule[] {
    return this.rules.filter(
      (rule) => rule.point === point && (rule.deviceIds?.includes(deviceId) ?? true),
    )
  }

  listenersOf(deviceId: string, point: string): readonly RuleListener[] {
    return this.rules.flatMap((rule) =>
      operandsOf(rule)
        .filter((operand) => operand.point === point && operand.key !== ownKey(rule))
        .flatMap((operand) => {
          if (operand.deviceId !== null && operand.deviceId !== deviceId) return []
          const judged = operand.deviceId === null ? [deviceId] : (rule.deviceIds ?? [DEVICE])
          return judged.map((id) => ({
            rule,
            operand: operand.key,
            deviceId: id,
            point: rule.point,
          }))
        }),
    )
  }
}

export function deviceId(text: string): DeviceId {
  const id = parseDeviceId(text)
  if (id === null) throw new Error(`${text} is no device id`)
  return id
}

/** A reading that arrived `afterMs` after the start. */
export function aReading(
  afterMs: number,
  value: number | boolean,
  overrides: Partial<Reading> = {},
): Reading {
  const arrivedAtMs = START_MS + afterMs
  return {
    deviceId: deviceId(DEVICE),
    point: 'lel',
    observedAtMs: arrivedAtMs,
    arrivedAtMs,
    value,
    quality: 'good',
    marks: MARK.none,
    ...overrides,
  }
}

export function batches(readings: readonly Reading[], size = 1): readonly ReadingBatch[] {
  const made: ReadingBatch[] = []
  for (let index = 0; index < readings.length; index += size) {
    made.push({ offset: made.length + 1, readings: readings.slice(index, index + size) })
  }
  return made
}

type RaisingEvent = Exclude<ConditionEvent, { kind: 'returned' | 're-alarmed' }>

export function raised(overrides: Partial<RaisingEvent> = {}): RaisingEvent {
  return {
    kind: 'raised',
    ruleId: 'gas-high',
    deviceId: DEVICE,
    point: 'lel',
    atMs: START_MS,
    value: 30,
    note: null,
    rule: { version: 1, name: text('gas'), latching: false, shelvable: true },
    grade: 3,
    label: text('first'),
    setpoint: 25,
    onset: String(overrides.atMs ?? START_MS),
    ...overrides,
  }
}

export function returned(atMs = START_MS, value: number | boolean | null = 5): ConditionEvent {
  return {
    kind: 'returned',
    ruleId: 'gas-high',
    deviceId: DEVICE,
    point: 'lel',
    atMs,
    value,
    note: null,
  }
}

export const PLACE: Place = {
  deviceName: '1号探头',
  siteId: 'site-1',
  siteName: '储罐区',
  organizationId: 'works-1',
  organizationName: '东园化工',
  organizationPath: ['district', 'town-1', 'works-1'],
  territory: ['台商区', '东园镇'],
}

export const FAKE_PLACES: PlaceDirectory = {
  placeOf: (id) => (id === DEVICE ? PLACE : null),
  pointOf: (id, point) =>
    id === DEVICE && point === 'lel' ? { unit: '%LEL', label: text('gas') } : null,
}

export function aWebhook(overrides: Partial<NotificationChannel> = {}): NotificationChannel {
  return {
    id: 'hook',
    kind: 'webhook',
    enabled: true,
    gradeMax: 4,
    organizationId: null,
    config: {
      url: 'https://receiver.example/alarms',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    },
    ...overrides,
  } as NotificationChannel
}

export function aRobot(overrides: Partial<NotificationChannel> = {}): NotificationChannel {
  return {
    id: 'robot',
    kind: 'dingtalk',
    enabled: true,
    gradeMax: 3,
    organizationId: null,
    config: { url: 'https://robot.example/send', language: 'zh', mentionAll: false },
    ...overrides,
  } as NotificationChannel
}

export function anSms(overrides: Partial<NotificationChannel> = {}): NotificationChannel {
  return {
    id: 'sms',
    kind: 'sms',
    enabled: true,
    gradeMax: 3,
    organizationId: null,
    config: {
      url: 'https://sms.example/send',
      method: 'POST',
      headers: {},
      body: '{"phone":"{phone}","text":"{text}"}',
      phones: ['13800000001'],
      language: 'zh',
    },
    ...overrides,
  } as NotificationChannel
}
