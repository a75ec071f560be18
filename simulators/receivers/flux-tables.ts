import { type FluxCall, type FluxCondition, FluxError, type FluxValue } from './flux-parser.ts'
import type { FieldValue } from './line-protocol.ts'

export type ColumnType = FieldValue['type'] | 'dateTime:RFC3339'
export type Cell = number | boolean | string | null
export type Row = Readonly<Record<string, Cell>>

/** A stream of rows that share a group key; times are milliseconds. */
export interface Table {
  readonly types: ReadonlyMap<string, ColumnType>
  readonly groupedBy: ReadonlySet<string>
  readonly rows: readonly Row[]
}

/** One field of one series. */
export interface StoredField {
  readonly measurement: string
  readonly field: string
  readonly tags: ReadonlyMap<string, string>
  readonly type: FieldValue['type']
  readonly values: ReadonlyMap<number, Cell>
}

export type BucketReader = (bucket: string) => Iterable<StoredField>

export interface FluxResult {
  readonly name: string
  readonly tables: readonly Table[]
}

/** Where `to` writes. */
export type BucketWriter = (
  bucket: string,
  point: {
    readonly measurement: string
    readonly tags: ReadonlyMap<string, string>
    readonly field: string
    readonly type: FieldValue['type']
    readonly timeMs: number
    readonly value: Cell
  },
) => void

type Step = (tables: readonly Table[], call: Arguments) => readonly Table[]

/** Does what a pipeline says, with what lies in the buckets. */
export function runPipeline(
  calls: readonly FluxCall[],
  { read, write }: { readonly read: BucketReader; readonly write: BucketWriter },
): FluxResult {
  const [from, range, filter, ...steps] = calls.map((call) => new Arguments(call))
  const last = steps.pop()
  if (from?.name !== 'from' || range?.name !== 'range' || filter?.name !== 'filter') {
    throw new FluxError('a query begins with from, range and filter')
  }
  if (last?.name !== 'yield') throw new FluxError('a query ends with yield')
  let tables = source({ from, range, filter }, read)
  for (const step of steps) {
    const run = STEPS.get(step.name)
    if (step.name === 'to') writeTables(tables, step, write)
    else if (run === undefined) throw new FluxError(`undefined identifier ${step.name}`)
    else tables = run(tables, step)
    step.assertUsed()
  }
  const name = last.string('name')
  last.assertUsed()
  return { name, tables: tables.filter(({ rows }) => rows.length > 0) }
}

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['group', (tables) => [union(tables)]],
  ['first', (tables) => tables.map((table) => ({ ...table, rows: table.rows.slice(0, 1) }))],
  ['set', (tables, args) => set(tables, args.string('key'), args.string('value'))],
  ['last', (tables) => tables.map((table) => ({ ...table, rows: table.rows.slice(-1) }))],
  ['limit', (tables, args) => limit(tables, Number(args.integer('n')))],
  ['keep', (tables, args) => keep(tables, args.strings('columns'))],
  ['count', (tables) => tables.map(count)],
  ['sort', (tables, args) => sort(tables, args)],
  ['pivot', (tables, args) => pivot(tables, args)],
  ['aggregateWindow', (tables, args) => aggregateWindow(tables, args)],
])

function source(
  { from, range, filter }: Readonly<Record<'from' | 'range' | 'filter', Arguments>>,
  read: BucketReader,
): readonly Table[] {
  const startMs = range.timeMs('start')
  const stopMs = range.timeMs('stop')
  if (startMs >= stopMs) throw new FluxError('cannot query an empty range')
  const condition = filter.condition('fn')
  const tables: Table[] = []
  for (const stored of read(from.string('bucket'))) {
    const key: Record<string, Cell> = {
      _start: startMs,
      _stop: stopMs,
      _field: stored.field,
      _measurement: stored.measurement,
      ...Object.fromEntries(stored.tags),
    }
    if (!condition.equals.every(([column, value]) => key[column] === value)) continue
    const rows = [...stored.values]
      .filter(([timeMs]) => timeMs >= startMs && timeMs < stopMs)
      .toSorted(([a], [b]) => a - b)
      .map(([timeMs, value]) => ({ ...key, _time: timeMs, _value: value }))
    const types = new Map<string, ColumnType>(
      Object.keys(key).map((column) => [column, isTime(column) ? 'dateTime:RFC3339' : 'string']),
    )
    types.set('_time', 'dateTime:RFC3339').set('_value', stored.type)
    tables.push({ types, groupedBy: new Set(Object.keys(key)), rows })
  }
  for (const args of [from, range, filter]) args.assertUsed()
  return tables
}

function isTime(column: string): boolean {
  return column === '_start' || column === '_stop' || column === '_time'
}

function union(tables: readonly Table[]): Table {
  const types = new Map<string, ColumnType>()
  for (const table of tables) {
    for (const [column, type] of table.types) {
      const known = types.get(column)
      if (known !== undefined && known !== type) {
        throw new FluxError(
          `schema collision detected: column "${column}" is both of type ${known} and ${type}`,
        )
      }
      types.set(column, type)
    }
  }
  return { types, groupedBy: new Set(), rows: tables.flatMap(({ rows }) => rows) }
}

function limit(tables: readonly Table[], n: number): readonly Table[] {
  if (n <= 0) throw new FluxError('n must be greater than 0')
  return tables.map((table) => ({ ...table, rows: table.rows.slice(0, n) }))
}

function keep(tables: readonly Table[], columns: readonly string[]): readonly Table[] {
  const isKept = (column: string) => columns.includes(column)
  return tables.map(({ types, groupedBy, rows }) => ({
    types: new Map([...types].filter(([column]) => isKept(column))),
    groupedBy: new Set([...groupedBy].filter(isKept)),
    rows: rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => isKept(name))),
    ),
  }))
}

function count({ types, groupedBy, rows }: Table): Table {
  const kept = [...groupedBy].map((column) => [column, rows[0]?.[column] ?? null] as const)
  const keptTypes = [...types].filter(([column]) => groupedBy.has(column))
  return {
    types: new Map<string, ColumnType>([...keptTypes, ['_value', 'long']]),
    groupedBy,
    rows: rows.length === 0 ? [] : [{ ...Object.fromEntries(kept), _value: rows.length }],
  }
}

function sort(tables: readonly Table[], args: Arguments): readonly Table[] {
  const [column, ...more] = args.strings('columns')
  if (column !== '_time' || more.length > 0) throw new FluxError('only _time is sorted by here')
  const sign = args.boolean('desc') ? -1 : 1
  return tables.map((table) => ({
    ...table,
    rows: table.rows.toSorted((a, b) => sign * (Number(a._time) - Number(b._time))),
  }))
}

/** Fields of one time into one row; they leave the group key, and tables of one key become one. */
function pivot(tables: readonly Table[], args: Arguments): readonly Table[] {
  const shape = [args.strings('rowKey'), args.strings('columnKey'), [args.string('valueColumn')]]
  if (JSON.stringify(shape) !== '[["_time"],["_field"],["_value"]]') {
    throw new FluxError('only fields are pivoted into rows of one time here')
  }
  const groups = Map.groupBy(tables, ({ groupedBy, rows }) =>
    JSON.stringify(
      [...groupedBy].filter((name) => name !== '_field').map((name) => rows[0]?.[name]),
    ),
  )
  return [...groups.values()].map((group) => {
    const types = new Map<string, ColumnType>()
    const rows = new Map<Cell, Record<string, Cell>>()
    for (const table of group) {
      for (const row of table.rows) {
        const { _field, _value, ...rest } = row
        types.set(String(_field), table.types.get('_value') ?? 'string')
        const pivoted = rows.get(row._time ?? null) ?? { ...rest }
        pivoted[String(_field)] = _value ?? null
        rows.set(row._time ?? null, pivoted)
      }
      for (const [column, type] of table.types) {
        if (column !== '_field' && column !== '_value') types.set(column, type)
      }
    }
    const groupedBy = new Set([...(group[0]?.groupedBy ?? [])].filter((name) => name !== '_field'))
    const ordered = [...rows.values()].toSorted((a, b) => Number(a._time) - Number(b._time))
    return { types, groupedBy, rows: ordered }
  })
}

function set(tables: readonly Table[], key: string, value: string): readonly Table[] {
  return tables.map((table) => ({
    ...table,
    types: new Map([...table.types, [key, 'string' as const]]),
    rows: table.rows.map((row) => ({ ...row, [key]: value })),
  }))
}

/** Tags are the text columns that the rows are grouped by; the rows go on as they are. */
function writeTables(tables: readonly Table[], args: Arguments, write: BucketWriter): void {
  const bucket = args.string('bucket')
  args.string('org')
  for (const { types, groupedBy, rows } of tables) {
    const type = types.get('_value')
    if (type === undefined || type === 'dateTime:RFC3339') throw new FluxError('to: no values')
    const names = [...groupedBy].filter((name) => !name.startsWith('_'))
    for (const row of rows) {
      write(bucket, {
        measurement: String(row._measurement),
        field: String(row._field),
        tags: new Map(names.map((name) => [name, String(row[name])])),
        type,
        timeMs: Number(row._time),
        value: row._value ?? null,
      })
    }
  }
}

const WINDOW_FUNCTIONS: ReadonlyMap<string, (values: readonly number[]) => number> = new Map([
  ['mean', (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
  ['sum', (values) => values.reduce((sum, value) => sum + value, 0)],
  ['min', (values) => values.reduce((a, b) => Math.min(a, b))],
  ['max', (values) => values.reduce((a, b) => Math.max(a, b))],
  ['last', (values) => values.at(-1) ?? Number.NaN],
  ['count', (values) => values.length],
])

/** Windows begin at multiples of their length, the first one where the range does. */
function aggregateWindow(tables: readonly Table[], args: Arguments): readonly Table[] {
  const everyMs = args.durationMs('every')
  const name = args.identifier('fn')
  const fold = WINDOW_FUNCTIONS.get(name)
  if (fold === undefined) throw new FluxError(`undefined identifier ${name}`)
  if (args.boolean('createEmpty')) throw new FluxError('empty windows are not made here')
  if (args.string('timeSrc') !== '_start')
    throw new FluxError('windows are told by their start here')
  return tables.map((table) => {
    const windows = Map.groupBy(table.rows, (row) => Math.floor(Number(row._time) / everyMs))
    const types = new Map(table.types)
    if (name === 'count') types.set('_value', 'long')
    return {
      ...table,
      types,
      rows: [...windows].map(([window, rows]) => ({
        ...rows[0],
        _time: Math.max(window * everyMs, Number(rows[0]?._start)),
        _value: fold(rows.map((row) => Number(row._value))),
      })),
    }
  })
}

const NANOSECONDS_PER_MS = 1_000_000n

/** Arguments of a call, each taken once with the kind that it must have. */
class Arguments {
  readonly name: string
  readonly #args: Map<string, FluxValue>

  constructor({ name, args }: FluxCall) {
    this.name = name
    this.#args = new Map(args)
  }

  string(name: string): string {
    return this.#take(name, 'string').value
  }

  strings(name: string): readonly string[] {
    return this.#take(name, 'list').items.map((item) => {
      if (item.kind !== 'string') throw new FluxError(`${this.name}: ${name} is a list of strings`)
      return item.value
    })
  }

  integer(name: string): bigint {
    return this.#take(name, 'integer').value
  }

  boolean(name: string): boolean {
    return this.#take(name, 'boolean').value
  }

  durationMs(name: string): number {
    return this.#take(name, 'duration').ms
  }

  identifier(name: string): string {
    return this.#take(name, 'name').name
  }

  condition(name: string): FluxCondition {
    return this.#take(name, 'condition')
  }

  timeMs(name: string): number {
    const call = this.#take(name, 'call')
    const nanoseconds = call.name === 'time' ? call.args.get('v') : undefined
    if (nanoseconds?.kind !== 'integer') throw new FluxError(`${this.name}: ${name} is a time`)
    if (nanoseconds.value % NANOSECONDS_PER_MS !== 0n)
      throw new FluxError('times are milliseconds here')
    return Number(nanoseconds.value / NANOSECONDS_PER_MS)
  }

  assertUsed(): void {
    const [left] = this.#args.keys()
    if (left !== undefined) throw new FluxError(`found unexpected argument ${left}`)
  }

  #take<Kind extends FluxValue['kind']>(
    name: string,
    kind: Kind,
  ): Extract<FluxValue, { readonly kind: Kind }> {
    const value = this.#args.get(name)
    this.#args.delete(name)
    if (value?.kind !== kind) throw new FluxError(`${this.name}: ${name} is a ${kind}`)
    // The kind was compared: the compiler does not follow a generic one.
    return value as Extract<FluxValue, { readonly kind: Kind }>
  }
}
