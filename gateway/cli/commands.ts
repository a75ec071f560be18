import type { Command } from './command.ts'

export interface CommandEntry {
  /** One line of `vigil help`. */
  readonly summary: string
  /** Loaded only when called for: `vigil help` needs no database. */
  load(): Promise<Command>
}

/** Every command of `vigil`, in the order in which help names them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  readings: {
    summary: 'copy readings from one store to another',
    load: async () => (await import('./readings.ts')).readings,
  },
  verify: {
    summary: 'prove that the time lines of alarms are as they were written',
    load: async () => (await import('./verify.ts')).verify,
  },
}
