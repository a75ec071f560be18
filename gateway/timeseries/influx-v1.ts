import type { InfluxDB } from 'influx'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { ReadingsAnswer } from './influx-answer.ts'
import { errorOf, insertOutcomeOf, isNotFound, refused, statementError } from './influx-errors.ts'
import { chunksOf } from './influx-first-wins.ts'
import { ReadingLines } from './influx-lines.ts'
import { decodeName, encodeName } from './influx-names.ts'
import {
  bucketsStatement,
  bytesOf,
  durationOf,
  FROM,
  FROM_PROGRESS,
  firstRow,
  hoursIn,
  isSeries,
  ms,
  type Parameters,
  POLICIES,
  POLICY,
  parametersOf,
  readingsIn,
  readingsStatements,
  recordsOf,
  rollUpStatements,
  rowsOf,
  SELECT_FIELDS,
  type Statement,
  schemaOf,
} from './influx-ql.ts'
import type { RollupPiece } from './influx-rollups.ts'
import {
  bucketOf,
  FIELD_TYPES,
  MEASUREMENT,
  PROGRESS_MEASUREMENT,
  progressTimeMs,
  ROLLUP_MEASUREMENT,
} from './influx-schema.ts'
import type {
  InfluxProgress,
  InfluxServer,
  InsertOutcome,
  LatestPoint,
  SeriesName,
  SeriesSpan,
} from './influx-server.ts'
import { InfluxStore, type InfluxStoreOptions, type RetentionDays } from './influx-store.ts'
import { type InfluxV1Address, InfluxV1Client, InfluxV1Failure } from './influx-v1-client.ts'
import {
  type Bucket,
  type RangeRequest,
  RESOLUTIONS,
  type Resolution,
  type StoredReading,
} from './time-series.ts'

export type InfluxV1Options = InfluxV1Address & InfluxStoreOptions

/**
 * The time series in InfluxDB 1.x (1.6.7 is the one it is tested with), through the package `influx`.
 * Readings and each kind of roll-up lie in retention policies of their own, `vigil`, `vigil_minutes` and
 * `vigil_hours`, which are made, with the database, when they are missing; the first becomes the default
 * only of a database made here. The user needs the right to do so, or all must be there.
 */
export class InfluxV1Store extends InfluxStore {
  constructor(options: InfluxV1Options) {
    super(new InfluxV1Server(options), options)
  }
}

/** What InfluxDB 1.6.7 takes for a reading at rest, when it does not tell. */
const BYTES_PER_READING = 12

const WRITE_OPTIONS = { precision: 'ms', retentionPolicy: POLICY } as const

/** Statements hold names only as bound parameters, and numbers only through `ms` and `integer`. */
class InfluxV1Server implements InfluxServer {
  readonly #database: string
  readonly #writerId: string
  readonly #retentionDays: RetentionDays | null
  readonly #clock: Clock
  readonly #logger: Pick<BaseLogger, 'warn'>
  readonly #client: InfluxV1Client
  readonly #lines = new ReadingLines()

  constructor(options: InfluxV1Options) {
    const { database, clock, logger, writerId, retentionDays } = options
    this.#database = database
    this.#clock = clock
    this.#logger = logger
    this.#writerId = encodeName(writerId)
    this.#retentionDays = retentionDays ?? null
    this.#client = new InfluxV1Client(options, { clock, schema: schemaOf(database) })
  }

  async prepare(): Promise<void> {
    const policies = await this.#policies()
    if (policies === null) await this.#write((client) => client.createDatabase(this.#database))
    for (const resolution of RESOLUTIONS) await this.#preparePolicy(resolution, policies)
    await this.#assertSchema()
  }

  async #preparePolicy(
    resolution: Resolution,
    policies: readonly { readonly name: string; readonly duration: string }[] | null,
  ): Promise<void> {
    const name = POLICIES[resolution]
    const policy = policies?.find((each) => each.name === name)
    const duration = durationOf(this.#retentionDays?.[resolution] ?? null)
    const options = { database: this.#database, duration, replication: 1 }
    if (policy === undefined) {
      const isDefault = policies === null && resolution === 'raw'
      await this.#write((client) => client.createRetentionPolicy(name, { ...options, isDefault }))
    } else if (hoursIn(policy.duration) !== hoursIn(duration)) {
      await this.#alterPolicy(name, options)
    }
  }

  async progress(): Promise<InfluxProgress | null> {
    const fields = ['next_offset', 'retained_before_ms', 'rollups']
    const answers = await this.#query(
      fields.map((field) => `SELECT last("${field}") ${FROM_PROGRESS} WHERE "writer" = $writer`),
      { writer: this.#writerId },
    )
    const [nextOffset, retainedBeforeMs, rollups] = answers.map((answer) => firstRow(answer)?.[1])
    if (typeof nextOffset !== 'number') return null
    return {
      nextOffset,
      retainedBeforeMs: typeof retainedBeforeMs === 'number' ? retainedBeforeMs : null,
      rollups: typeof rollups === 'string' ? rollups : null,
    }
  }

  async saveProgress({ nextOffset, retainedBeforeMs, rollups }: InfluxProgress): Promise<void> {
    const point = {
      measurement: PROGRESS_MEASUREMENT,
      tags: { writer: this.#writerId },
      fields: {
        next_offset: nextOffset,
        ...(retainedBeforeMs === null ? {} : { retained_before_ms: retainedBeforeMs }),
        ...(rollups === null ? {} : { rollups }),
      },
      timestamp: String(progressTimeMs(this.#clock.nowMs())),
    }
    await this.#write((client) => client.writePoints([point], WRITE_OPTIONS))
  }

  async insert(readings: readonly Reading[]): Promise<InsertOutcome> {
    const parameters = { db: this.#database, rp: POLICY, precision: 'ms' }
    const lines = this.#lines.encode(readings)
    try {
      await this.#client.lines(parameters, lines, INFLUX_LIMITS.writeDurationMsMax)
      return { kind: 'stored' }
    } catch (error) {
      if (!(error instanceof InfluxV1Failure)) throw error
      return insertOutcomeOf(error, this.#clock.nowMs())
    }
  }

  async newestTimes(series: readonly SeriesName[]): Promise<readonly (number | null)[]> {
    const statements = series.map(
      (_, index) => `SELECT last("arrived_at_ms") ${FROM} WHERE ${isSeries(index)}`,
    )
    const answers = await this.#query(statements, parametersOf(series))
    return answers.map((answer) => {
      const atMs = firstRow(answer)?.[0]
      return typeof atMs === 'number' ? atMs : null
    })
  }

  async storedTimes(spans: readonly SeriesSpan[]): Promise<readonly (readonly number[])[]> {
    const statements = spans.map(
      ({ fromMs, toMs }, index) =>
        `SELECT "arrived_at_ms" ${FROM} WHERE ${isSeries(index)}` +
        ` AND time >= ${ms(fromMs)} AND time <= ${ms(toMs)}`,
    )
    const answers = await this.#query(statements, parametersOf(spans))
    return answers.map((answer) => rowsOf(answer).map((row) => Number(row[0])))
  }

  async query({
    limit,
    order,
    ...request
  }: RangeRequest & {
    readonly limit: number
    readonly order: 'asc' | 'desc'
  }): Promise<readonly (StoredReading | null)[]> {
    const form = {
      q: readingsStatements(request, { order, limit }).join(';'),
      db: this.#database,
      epoch: 'ms',
      params: JSON.stringify(parametersOf([request])),
    }
    const answer = new ReadingsAnswer()
    const taken = this.#client.ask(form, (part) => answer.take(part))
    await this.#told(taken)
    if (answer.error !== null) throw statementError(answer.error)
    return answer.readings()
  }

  async aggregate({
    fromMs,
    toMs,
    everyMs,
    resolution,
    ...series
  }: RangeRequest & {
    readonly everyMs: number
    readonly resolution: Resolution
  }): Promise<readonly Bucket[]> {
    const statement = bucketsStatement({ fromMs, toMs, everyMs }, resolution)
    const [answer] = await this.#query([statement], parametersOf([series]))
    return recordsOf(answer).map((column) => bucketOf(Number(column('time')), column))
  }

  async firstTime(fromMs: number): Promise<number | null> {
    const [answer] = await this.#query([
      `SELECT first("arrived_at_ms") ${FROM} WHERE time >= ${ms(fromMs)}`,
    ])
    const atMs = firstRow(answer)?.[0]
    return typeof atMs === 'number' ? atMs : null
  }

  /** InfluxDB reads, folds and writes by itself: nothing of it passes through here. */
  async rollUp({ deviceIds, ...span }: RollupPiece): Promise<void> {
    const some =
      deviceIds === null ? [[]] : chunksOf(deviceIds, INFLUX_LIMITS.questionsPerRequestMax)
    for (const devices of some) {
      const names = devices.map((deviceId, index) => [`d${index}`, encodeName(deviceId)] as const)
      await this.#query(
        rollUpStatements(span, devices.length),
        Object.fromEntries(names),
        INFLUX_LIMITS.deleteDurationMsMax,
      )
    }
  }

  async latest(deviceId: string | null): Promise<readonly LatestPoint[]> {
    const where = deviceId === null ? '' : 'WHERE "device" = $d0'
    const statement = `${SELECT_FIELDS} ${FROM} ${where} GROUP BY "device", "point" ORDER BY time DESC LIMIT 1`
    const parameters: Parameters = deviceId === null ? {} : { d0: encodeName(deviceId) }
    const [answer] = await this.#query([statement], parameters)
    return (answer?.series ?? []).map((table) => ({
      deviceId: decodeName(table.tags?.device ?? ''),
      point: decodeName(table.tags?.point ?? ''),
      reading: readingsIn(table)[0] ?? null,
    }))
  }

  async deleteReadingsBefore(beforeMs: number): Promise<number> {
    const before = `time < ${ms(beforeMs)}`
    const patiently = (statement: string) =>
      this.#query([statement], {}, INFLUX_LIMITS.deleteDurationMsMax)
    const [counted] = await patiently(`SELECT count("arrived_at_ms") ${FROM} WHERE ${before}`)
    const count = Number(firstRow(counted)?.[1] ?? 0)
    // DELETE knows no retention policy: the measurement's name is ours, so nobody else's goes.
    if (count > 0) await patiently(`DELETE FROM "${MEASUREMENT}" WHERE ${before}`)
    return count
  }

  async deleteRollupsBefore(resolution: 'minute' | 'hour', beforeMs: number): Promise<void> {
    const statement = `DELETE FROM "${ROLLUP_MEASUREMENT[resolution]}" WHERE time < ${ms(beforeMs)}`
    await this.#query([statement], {}, INFLUX_LIMITS.deleteDurationMsMax)
  }

  /** The size is told to administrators only; for others it is what readings usually take. */
  async stats(): Promise<{ readonly readings: number; readonly bytes: number }> {
    const [counted] = await this.#query([`SELECT count("arrived_at_ms") ${FROM}`])
    const readings = Number(firstRow(counted)?.[1] ?? 0)
    try {
      const [shards] = await this.#query([`SHOW STATS FOR 'shard'`])
      return { readings, bytes: bytesOf(shards, this.#database) }
    } catch (error) {
      this.#logger.warn({ err: error }, 'InfluxDB does not tell the size of its shards')
      return { readings, bytes: readings * BYTES_PER_READING }
    }
  }

  close(): void {
    this.#client.close()
  }

  /** Null: there is no such database. */
  async #policies() {
    try {
      return await this.#call(
        (client) => client.showRetentionPolicies(this.#database),
        INFLUX_LIMITS.queryDurationMsMax,
      )
    } catch (error) {
      if (isNotFound(error)) return null
      throw error
    }
  }

  /** Without the right to do it, the policy of whoever made it stands; `retain` deletes all the same. */
  async #alterPolicy(
    name: string,
    options: {
      readonly database: string
      readonly duration: string
      readonly replication: number
    },
  ): Promise<void> {
    try {
      await this.#write((client) => client.alterRetentionPolicy(name, options))
    } catch (error) {
      this.#logger.warn(
        { err: error },
        'the retention policy of InfluxDB differs and cannot be altered',
      )
    }
  }

  async #assertSchema(): Promise<void> {
    const [answer] = await this.#query([`SHOW FIELD KEYS ${FROM}`])
    const expected = new Map(Object.entries(FIELD_TYPES))
    const foreign = rowsOf(answer).filter(
      ([name, type]) => (expected.get(String(name)) ?? type) !== type,
    )
    if (foreign.length === 0) return
    const told = foreign.map(([name, type]) => `${name} is ${type}`).join(', ')
    throw refused('schema', `The measurement ${MEASUREMENT} has other types: ${told}.`, {
      status: null,
      said: told,
    })
  }

  async #query(
    statements: readonly string[],
    placeholders: Parameters = {},
    durationMsMax: number = INFLUX_LIMITS.queryDurationMsMax,
  ): Promise<readonly Statement[]> {
    const answer = await this.#call(
      (client) =>
        client.queryRaw([...statements], {
          database: this.#database,
          precision: 'ms',
          method: 'POST',
          placeholders,
        }),
      durationMsMax,
    )
    const { results } = answer as { readonly results: readonly Statement[] }
    for (const { error } of results) if (error !== undefined) throw statementError(error)
    return results
  }

  #write(ask: (client: InfluxDB) => Promise<void>): Promise<void> {
    return this.#call(ask, INFLUX_LIMITS.writeDurationMsMax)
  }

  #call<Answer>(ask: (client: InfluxDB) => Promise<Answer>, durationMsMax: number) {
    return this.#told(this.#client.call(ask, durationMsMax))
  }

  /** A failure of the wire as an error of ours. */
  async #told<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
    } catch (error) {
      if (!(error instanceof InfluxV1Failure)) throw error
      // The package makes an error of a statement's error.
      if (error.status === 200) throw statementError(error.text)
      throw errorOf(error, this.#clock.nowMs())
    }
  }
}
