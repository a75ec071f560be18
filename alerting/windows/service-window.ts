/** What is done in a window: 检修 maintenance, or 校准 calibration. */
export const WINDOW_KINDS = ['maintenance', 'calibration'] as const
export type WindowKind = (typeof WINDOW_KINDS)[number]

/** What is worked on: a device, one point of it, or all devices of a site. */
export type WindowScope =
  | { readonly kind: 'device'; readonly deviceId: string; readonly point: string | null }
  | { readonly kind: 'site'; readonly siteId: string }

/**
 * A time in which somebody works on devices, with a permit: readings are kept and marked, alarms are
 * out of service (ISA-18.2 I). It ends by itself; until a person says that the work is finished it
 * is overdue then.
 */
export interface ServiceWindow {
  readonly id: string
  readonly kind: WindowKind
  readonly scope: WindowScope
  readonly organizationId: string
  readonly reason: string
  readonly permitNumber: string
  readonly createdBy: string
  readonly createdAtMs: number
  readonly fromMs: number
  readonly untilMs: number
  /** A person said that the work is finished; before `untilMs`, that ended it. */
  readonly finishedAtMs: number | null
  readonly finishedBy: string | null
  readonly finishNote: string | null
}

export const WINDOW_STATES = ['scheduled', 'active', 'overdue', 'finished'] as const
export type WindowState = (typeof WINDOW_STATES)[number]

export function windowStateOf(window: ServiceWindow, atMs: number): WindowState {
  if (window.finishedAtMs !== null) return 'finished'
  if (atMs < window.fromMs) return 'scheduled'
  return atMs < window.untilMs ? 'active' : 'overdue'
}

/** Whether the point of the device, standing at the site, is worked on. */
export function covers(
  { scope }: ServiceWindow,
  at: { readonly deviceId: string; readonly point: string; readonly siteId: string | null },
): boolean {
  if (scope.kind === 'site') return scope.siteId === at.siteId
  return scope.deviceId === at.deviceId && (scope.point === null || scope.point === at.point)
}
