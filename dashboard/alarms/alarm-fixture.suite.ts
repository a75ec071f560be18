import type { AlarmDto } from '../../gateway/contract.ts'

/** An alarm for tests; each test names only what it is about. */
export function anAlarm(overrides: Partial<AlarmDto> = {}): AlarmDto {
  return {
    id: 'a1',
    grade: 3,
    state: 'unacknowledged',
    deviceId: 'gd-1',
    deviceName: 'GD-1',
    point: 'lel',
    siteId: 's1',
    siteName: 'Workshop',
    organizationId: 'o1',
    organizationName: 'Plant',
    territory: ['District', 'Town'],
    ruleId: 'gas',
    ruleVersion: 1,
    title: { zh: '可燃气体', en: 'Combustible gas' },
    value: 30,
    setpoint: 25,
    unit: '%LEL',
    latching: true,
    shelvable: true,
    occurrences: 1,
    raisedAt: '2026-11-23T02:00:00.000Z',
    acknowledgedAt: null,
    returnedAt: null,
    closedAt: null,
    shelvedUntil: null,
    suppressedBy: null,
    outOfServiceBy: null,
    outOfServiceUntil: null,
    assignee: null,
    drill: false,
    revision: 1,
    ...overrides,
  }
}
