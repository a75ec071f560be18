import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import type { ConditionEvent } from '#alerting/rules/condition-event.ts'
import { type ServiceWindow, windowStateOf } from '#alerting/windows/service-window.ts'
import { WindowService } from '#alerting/windows/window-service.ts'
import { SqliteWindowStore } from '../database/window-store.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'

/** Loaded before the first reading is taken: which ones are marked depends on it. */
export async function openWindows({ clock }: Ground, { database, registry }: Plant) {
  const windowStore = new SqliteWindowStore(database)
  const listeners: ((window: ServiceWindow) => void)[] = []
  const windows = new WindowService({
    store: windowStore,
    clock,
    places: registry,
    onChange: (window) => {
      for (const listener of listeners) listener(window)
    },
    onFailure: failLoudly,
  })
  await windows.load()
  const onChange = (listener: (window: ServiceWindow) => void) => listeners.push(listener)
  return { windows: Object.assign(windows, { onChange }), windowStore }
}

/**
 * Takes standing alarms out of service, and raises an alarm of its own for a window whose time is over
 * without a person having said that the work is finished.
 */
export async function startWindows(
  { clock, stopping }: Ground,
  { registry }: Plant,
  stages: {
    readonly windows: Awaited<ReturnType<typeof openWindows>>['windows']
    readonly alarms: AlarmService
  },
): Promise<void> {
  const { windows, alarms } = stages
  const deviceOf = ({ scope }: ServiceWindow) =>
    scope.kind === 'device'
      ? scope.deviceId
      : [...registry.devices()].find(({ siteId }) => siteId === scope.siteId)?.id
  windows.onChange((window) => {
    const deviceId = deviceOf(window)
    if (deviceId === undefined) return
    const isOverdue = windowStateOf(window, clock.nowMs()) === 'overdue'
    const event = overdueEvent(window, { deviceId, isOverdue, atMs: clock.nowMs() })
    const standing = [...alarms.openOf(deviceId)].some(
      ({ ruleId, point, returnedAtMs }) =>
        ruleId === event.ruleId && point === event.point && returnedAtMs === null,
    )
    if (isOverdue !== standing) alarms.apply([event]).catch(ignoreStop)
  })
  await windows.start(alarms)
  stopping.push('service windows', () => windows.stop())
}

function overdueEvent(
  { id, scope, permitNumber, reason }: ServiceWindow,
  about: { readonly deviceId: string; readonly isOverdue: boolean; readonly atMs: number },
): ConditionEvent {
  const { deviceId, isOverdue, atMs } = about
  const point = scope.kind === 'device' && scope.point !== null ? scope.point : 'service'
  const note = [permitNumber, reason].filter(Boolean).join(' · ')
  const base = { ruleId: 'service-window-overdue', deviceId, point, atMs, value: null, note }
  if (!isOverdue) return { ...base, kind: 'returned' }
  return {
    ...base,
    kind: 'raised',
    rule: { version: 1, name: OVERDUE, latching: false, shelvable: true },
    grade: 4,
    label: OVERDUE,
    setpoint: null,
    onset: id,
  }
}

const OVERDUE = {
  zh: '检修/校准到期自动结束，尚未确认完工',
  en: 'Service window over, work not confirmed as finished',
}

/** Stopped before it stood: it is found overdue again at the next start. */
function ignoreStop(error: unknown): void {
  if ((error as { readonly code?: unknown }).code !== 'alarms_stopped') failLoudly(error)
}
