import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MEASUREMENTS, type Measurement } from './catalogue.ts'
import type { Figure, Told } from './figure.ts'
import type { Report, Section } from './report/report.ts'
import { reportPicture } from './report/report-picture.ts'
import { reportText } from './report/report-text.ts'

/**
 * `npm run bench`: every measurement, one after the other, each beside its peers and its limits in the
 * same run. The report goes to bench/results as text, JSON and a picture. Figures are of this machine on
 * this day: compare within one report only.
 */
const HELP = `npm run bench -- [NAME …] [options]
  NAME      one or more of: ${MEASUREMENTS.map(({ name }) => name).join(', ')}
  --quick   one short round of each, to see that it runs
  --rounds N, --seconds N a round   instead of what each has by itself`
const GIB = 1024 ** 3
const MEASUREMENT_MS_MAX = 15 * 60_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const EFFORT: readonly string[] = [
  ...(values.quick ? ['--quick'] : []),
  ...(values.rounds === undefined ? [] : ['--rounds', values.rounds]),
  ...(values.seconds === undefined ? [] : ['--seconds', values.seconds]),
]

async function run({ name, title }: Measurement): Promise<Section> {
  console.log(`\n## ${title}\n`)
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const beganAt = performance.now()
  const child = fork(script, EFFORT, { silent: true })
  const section = { figures: [] as Figure[], remarks: [] as string[], text: '' }
  child.on('message', (told: Told) => {
    if ('figure' in told) section.figures.push(told.figure)
    else section.remarks.push(told.remark)
  })
  child.stdout?.on('data', (chunk: Buffer) => {
    section.text += chunk.toString()
    process.stdout.write(chunk)
  })
  child.stderr?.pipe(process.stderr)
  const failure = await endOf(child)
  const seconds = Math.round((performance.now() - beganAt) / 1_000)
  return { name, title, seconds, failure, ...section }
}

/** Null, or how it ended badly. One that hangs is ended, so that the others still have their turn. */
async function endOf(child: ChildProcess): Promise<string | null> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGTERM')
  }, MEASUREMENT_MS_MAX)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  clearTimeout(timer)
  if (isLate) return `nothing after ${MEASUREMENT_MS_MAX / 60_000} minutes`
  return code === 0 ? null : String(signal ?? code)
}

function write(report: Report): void {
  const folder = fileURLToPath(new URL('results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const base = `${folder}${report.at.replaceAll(':', '-')}`
  writeFileSync(`${base}.md`, reportText(report))
  writeFileSync(`${base}.json`, JSON.stringify(report, null, 1))
  writeFileSync(`${base}.svg`, reportPicture(report))
  console.log(`\nReport: ${base}.md, .json and .svg`)
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP)
    return
  }
  const unknown = positionals.filter((name) => !MEASUREMENTS.some((known) => known.name === name))
  if (unknown.length > 0) {
    console.error(`There is no measurement ${unknown.join(', ')}.\n${HELP}`)
    process.exitCode = 2
    return
  }
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / GIB)
  const sections: Section[] = []
  const at = new Date().toISOString()
  for (const measurement of MEASUREMENTS) {
    if (positionals.length > 0 && !positionals.includes(measurement.name)) continue
    sections.push(await run(measurement))
  }
  const machine = `${cpus().length} × ${processor}, ${memory} GiB, Node ${process.version}`
  write({ at, machine, options: process.argv.slice(2), isQuick: values.quick, sections })
  if (sections.some(({ failure }) => failure !== null)) process.exitCode = 1
}

await main()
