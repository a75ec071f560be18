import type { Alarm, AlarmId, TimelineEntry } from '#alerting/alarms/alarm.ts'
import type { OutboxEntry } from '#alerting/notification/outbox.ts'

/** What tests fill a database with. */
export const START_MS = Date.UTC(2026, 10, 23, 8)

export function anAlarm(overrides: Omit<Partial<Alarm>, 'id'> & { readonly id: string }): Alarm {
  return {
    ruleId: 'gas-combustible-high',
    ruleVersion: 1,
    deviceId: 'gas-1',
    point: 'lel',
    siteId: 'site-1',
    organizationId: 'org-1',
    title: { zh: '可燃气体一级报警', en: 'Combustible gas, first alarm' },
    state: 'unacknowledged',
    grade: 3,
    value: 30.25,
    setpoint: 25,
    unit: '%LEL',
    latching: true,
    shelvable: false,
    occurrences: 1,
    raisedAtMs: START_MS,
    acknowledgedAtMs: null,
    returnedAtMs: null,
    closedAtMs: null,
    shelvedUntilMs: null,
    suppressedBy: null,
    outOfServiceBy: null,
    outOfServiceUntilMs: null,
    assignee: null,
    drill: false,
    caseFile: null,
    timelineLength: 1,
    revision: 1,
    ...overrides,
    id: overrides.id as AlarmId,
  }
}

export function anEntry(alarmId: string, overrides: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    alarmId: alarmId as AlarmId,
    sequence: 1,
    atMs: START_MS,
    kind: 'raised',
    actor: 'system',
    note: null,
    state: 'unacknowledged',
    value: 30.25,
    grade: 3,
    ...overrides,
  }
}

export function aMessage(id: string, overrides: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    id,
    channelId: 'sms-1',
    type: 'alarm.raised',
    alarmId: null,
    grade: 3,
    payload: { text: '可燃气体' },
    createdAtMs: START_MS,
    ...overrides,
  }
}
