import { parseArgs } from 'node:util'
import { runCrashTrial } from './crash-trial.ts'

/** `npm run soak`: the crash test with a thousand kills. `--kills`, `--connections`, `--rate`, `--seed`. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '60' },
    rate: { type: 'string', default: '600' },
    seed: { type: 'string', default: `soak ${Date.now()}` },
  },
})

process.stdout.write(`seed: ${values.seed}\n`)
const report = await runCrashTrial({
  kills: Number(values.kills),
  connections: Number(values.connections),
  readingsPerSecond: Number(values.rate),
  seed: values.seed,
  log: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
})
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.problems.length === 0 ? 0 : 1
