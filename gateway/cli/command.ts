import type { Settings } from '#config/schema.ts'

/** What a command is given. Everything of the process that it may touch is in here. */
export interface CommandContext {
  /** What stands after the name of the command. */
  readonly args: readonly string[]
  /** Results, for people and for pipes. */
  readonly out: Output
  /** Progress and complaints. */
  readonly err: Output
  /** Aborted by Ctrl-C or SIGTERM: finish what is under way, leave everything whole, return `EXIT.interrupted`. */
  readonly signal: AbortSignal
  /** As the gateway would have them; throws `SettingsError`. Only commands that need them ask. */
  settings(): Settings
}

export interface Output {
  write(text: string): unknown
  /** A terminal, where a line may be written over. */
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/**
 * One word after `vigil`, in a file of its own (`gateway/cli/<name>.ts`) and a line in
 * `commands.ts`. Throws `UsageError` for words it does not understand and a `CodedError` for what an
 * operator can mend; both are told in plain words.
 */
export interface Command {
  /** How to call it, with every option; printed by `vigil help NAME`. */
  readonly usage: string
  /** Returns the exit code. */
  run(context: CommandContext): Promise<number>
}

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** As BSD's sysexits.h has them where it has one; the shell's own for a signal. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  misconfigured: 78,
  interrupted: 130,
} as const
