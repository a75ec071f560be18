import type { Alarm, AlarmId } from './alarm.ts'

/** The open alarms at the moment of a decision, with those the same step has raised. */
export interface OpenAlarms {
  of(deviceId: string): readonly Alarm[]
}

/**
 * Port: which cause explains another (a concentrator is down, so its devices are silent). Asked in the
 * step that raises an alarm, so that nobody is told of what is explained; answers from memory. What
 * stood before the cause is suppressed by `AlarmService.suppress`, and all of it is let go by `release`.
 */
export interface Inhibition {
  /** The alarm that explains this one, or null: it stands for itself. */
  causeOf(unborn: Alarm, open: OpenAlarms): AlarmId | null
}

/** Port: who is being worked on. Answers from memory. */
export interface ServiceWindows {
  /** The window that covers this point at this instant; of several the one that ends last. */
  windowOf(
    cause: { readonly deviceId: string; readonly point: string },
    atMs: number,
  ): { readonly id: string; readonly untilMs: number } | null
}
