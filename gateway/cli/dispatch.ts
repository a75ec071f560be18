import { readFileSync } from 'node:fs'
import { CodedError } from '#alerting/errors.ts'
import { SettingsError } from '#config/load.ts'
import { type Command, type CommandContext, EXIT, UsageError } from './command.ts'
import type { CommandEntry } from './commands.ts'

type Commands = Readonly<Record<string, CommandEntry>>

/** Finds the command that `words` call and runs it; returns the exit code. Rejects only for a programmer's error. */
export async function dispatch(
  words: readonly string[],
  context: Omit<CommandContext, 'args'>,
  commands: Commands,
): Promise<number> {
  const [word = 'help', ...args] = words
  if (word === '--version' || word === '-v') {
    context.out.write(`${version()}\n`)
    return EXIT.ok
  }
  const isHelp = word === 'help' || word === '--help' || word === '-h'
  const asksHelp = isHelp || args.includes('--help') || args.includes('-h')
  const name = isHelp ? args[0] : word
  if (name === undefined) {
    context.out.write(overview(commands))
    return EXIT.ok
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (entry === undefined) {
    context.err.write(`There is no command "${name}".\n\n${overview(commands)}`)
    return EXIT.usage
  }
  const command = await entry.load()
  if (asksHelp) {
    context.out.write(`${command.usage.trim()}\n`)
    return EXIT.ok
  }
  return run(command, { ...context, args })
}

async function run(command: Command, context: CommandContext): Promise<number> {
  try {
    return await command.run(context)
  } catch (error) {
    if (error instanceof UsageError) {
      context.err.write(`${error.message}\n\n${command.usage.trim()}\n`)
      return EXIT.usage
    }
    if (error instanceof SettingsError) {
      context.err.write(`${error.message}\n`)
      return EXIT.misconfigured
    }
    if (!(error instanceof CodedError)) throw error
    const hint = error.hint === undefined ? '' : `\n${error.hint}`
    context.err.write(`${error.message} (${error.code})${hint}\n`)
    return EXIT.failed
  }
}

function overview(commands: Commands): string {
  const names = Object.keys(commands)
  const width = Math.max(...names.map((name) => name.length), 'help NAME'.length)
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${commands[name]?.summary ?? ''}`)
  return [
    'vigil COMMAND [OPTIONS]',
    '',
    ...lines,
    `  ${'help NAME'.padEnd(width)}  how to call a command`,
    `  ${'--version'.padEnd(width)}  the version of Vigil`,
    '',
    'The gateway itself is started by `npm start`.',
    '',
  ].join('\n')
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
