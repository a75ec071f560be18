#!/usr/bin/env node
import { loadSettings } from '#config/load.ts'
import { COMMANDS } from './commands.ts'
import { dispatch } from './dispatch.ts'

/** `vigil …`: the words, the streams and the signals of the process; everything else is in the commands. */

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: who insists ends the process.
  process.once(signal, () => interrupt.abort(new Error(`stopped by ${signal}`)))
}
// `vigil … | head` is no reason to complain.
process.stdout.on('error', () => process.exit())

process.exitCode = await dispatch(
  process.argv.slice(2),
  {
    out: process.stdout,
    err: process.stderr,
    signal: interrupt.signal,
    settings: () => loadSettings(),
  },
  COMMANDS,
)
