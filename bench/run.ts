import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench`: every measurement, one after the other, each beside its peer in the same run. The
 * report goes to the screen and, as Markdown, to bench/results. Figures are of this machine on this
 * day: compare within one report only. `npm run bench -- NAME …` runs the named ones.
 */
const MEASUREMENTS: readonly {
  readonly name: string
  readonly title: string
  readonly args: readonly string[]
}[] = [
  {
    name: 'acknowledged-readings',
    title: 'Readings acknowledged by the whole gateway, beside bare aedes',
    args: [],
  },
  {
    name: 'broker-acknowledge',
    title: 'The broker by itself, beside bare aedes',
    args: [],
  },
  { name: 'alarm-latency', title: 'From PUBLISH to the alarm on a screen', args: [] },
  { name: 'alarm-storm', title: 'Ten thousand alarms at once', args: [] },
  { name: 'start-up', title: 'Start and memory with ten million readings on disk', args: [] },
  { name: 'alarm-history', title: 'Lists over a million alarms', args: [] },
  { name: 'register', title: 'Lists, search and map over 10,000 hazard sources', args: [] },
  { name: 'journal', title: 'The journal by itself', args: [] },
  { name: 'rule-evaluations', title: 'Rules: evaluations on one core, and back-tests', args: [] },
  { name: 'timeseries-candidates', title: 'Two ways to keep readings without a server', args: [] },
]

const MIB = 1024 * 1024
const wanted = new Set(process.argv.slice(2))
const unknown = [...wanted].filter((name) => !MEASUREMENTS.some((it) => it.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no measurement ${unknown.join(', ')}. There are: ${MEASUREMENTS.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(2)
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / MIB / 1024)} GiB, Node ${process.version}`
const sections = [`# Measurements\n\n${new Date().toISOString()}, ${machine}.\n`]
let failed = false
for (const { name, title, args } of MEASUREMENTS) {
  if (wanted.size > 0 && !wanted.has(name)) continue
  console.log(`\n## ${title}\n`)
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const run = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 * MIB,
  })
  const text =
    run.status === 0 ? run.stdout : `${run.stdout}\nEnded with ${run.signal ?? run.status}.\n`
  failed ||= run.status !== 0
  console.log(text)
  sections.push(`## ${title}\n\n${text}`)
}
const folder = fileURLToPath(new URL('results/', import.meta.url))
mkdirSync(folder, { recursive: true })
const report = `${folder}${new Date().toISOString().replaceAll(':', '-')}.md`
writeFileSync(report, sections.join('\n'))
console.log(`Report: ${report}`)
if (failed) process.exitCode = 1
