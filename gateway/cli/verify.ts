import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type ChainBreak, verifyChain } from '../database/verify-chain.ts'
import { type Command, type CommandContext, EXIT, UsageError } from './command.ts'

const USAGE = `
vigil verify [--data FOLDER] [--from POSITION] [--to POSITION]

Proves that the time lines of all alarms, and the alarms they end in, are as they were written: each entry
holds the hash of the one before it. Names the first entry that is not. The gateway may run meanwhile.

  --data FOLDER     data folder; left out: that of the settings
  --from POSITION   first entry of the range, counted from 1
  --to POSITION     last entry of the range; left out: the newest

Write the hash that is printed down somewhere else (a letter, a notebook): as long as it comes out again for
the same range, nothing before it was changed, not even by somebody who could write the whole chain anew.
`

const WORDS: Readonly<Record<ChainBreak['kind'], string>> = {
  deleted: 'entries are missing here',
  edited: 'the entry is not what was written',
  inserted: 'an entry was put in beside the chain',
  'alarm-edited': 'the alarm is not as its last entry left it',
}

async function run({ args, out, settings }: CommandContext): Promise<number> {
  const { data, from, to } = optionsOf(args)
  const folder = data ?? settings().dataDir
  const file = join(folder, 'vigil.db')
  if (!existsSync(file)) {
    throw new UsageError(
      `No gateway has kept its data in ${resolve(folder)}. Name its folder by --data or VIGIL_DATA_DIR.`,
    )
  }
  const report = verifyChain(file, { from, to })
  const { firstBreak } = report
  if (firstBreak !== null) {
    const { kind, position, alarmId, sequence } = firstBreak
    const where = alarmId === '' ? '' : `, alarm ${alarmId}, entry ${sequence}`
    out.write(`BROKEN at position ${position}${where}: ${WORDS[kind]}.\n`)
    out.write(`${report.entries} entries before it are as they were written.\n`)
    return EXIT.failed
  }
  out.write(`${report.entries} entries are as they were written (${report.from}–${report.to}).\n`)
  out.write(`SHA-256 of the last: ${report.headHash}\n`)
  return EXIT.ok
}

function optionsOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
    })
    const { data, from = '1', to } = values
    return { data, from: positionOf(from), to: to === undefined ? null : positionOf(to) }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError((error as Error).message)
  }
}

function positionOf(text: string): number {
  const position = Number(text)
  if (Number.isInteger(position) && position >= 1) return position
  throw new UsageError(`A position is a number from 1, not "${text}".`)
}

export const verify: Command = { usage: USAGE, run }
