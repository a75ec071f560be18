import { randomUUID } from 'node:crypto'
import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS, WATCHING_LIMITS } from '#config/limits.ts'
import type { BindingDraft, BoundPoint, Tank, TankDraft } from '../contract.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import { type BindingRow, WatchStore } from '../database/watch-store.ts'
import { ChangeListeners } from '../registry/change-listeners.ts'
import type { PlantModel } from '../registry/plant-model.ts'
import { LEVEL_UNITS } from './tank-contents.ts'
import type { SourceDirectory, WatchedSource } from './watched-source.ts'

export type { BindingRow } from '../database/watch-store.ts'

/**
 * Which tanks and devices watch which hazard source, in memory and in the database. A device serves
 * only sources of its own organization (or of those above it). Codes: `not_found`, `already_exists`,
 * `binding_invalid` (details.issues), `point_bound`, `too_many`, `database_unavailable`.
 */
export class WatchBook {
  readonly #store: WatchStore
  readonly #plant: PlantModel
  readonly #sources: SourceDirectory
  readonly #tanks = new Map<string, Tank>()
  readonly #bindings = new Map<string, BindingRow>()
  readonly #tanksOf = new Map<string, Set<Tank>>()
  readonly #bindingsOf = new Map<string, Set<BindingRow>>()
  readonly #listeners = new ChangeListeners<string>()
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })

  constructor(options: {
    readonly database: Database
    readonly plant: PlantModel
    readonly sources: SourceDirectory
  }) {
    this.#store = new WatchStore(options.database)
    this.#plant = options.plant
    this.#sources = options.sources
  }

  async start(): Promise<void> {
    for (const tank of await this.#store.loadTanks()) this.#holdTank(tank)
    for (const binding of await this.#store.loadBindings()) this.#holdBinding(binding)
  }

  /** Told the id of the source, after the change stands. */
  onChange(listener: (sourceId: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  tank(id: string): Tank | null {
    return this.#tanks.get(id) ?? null
  }

  binding(id: string): BindingRow | null {
    return this.#bindings.get(id) ?? null
  }

  tanks(): Iterable<Tank> {
    return this.#tanks.values()
  }

  bindings(): Iterable<BindingRow> {
    return this.#bindings.values()
  }

  /** In the order of their ids. */
  tanksOf(sourceId: string): readonly Tank[] {
    return [...(this.#tanksOf.get(sourceId) ?? [])].sort(byId)
  }

  bindingsOf(sourceId: string): readonly BindingRow[] {
    return [...(this.#bindingsOf.get(sourceId) ?? [])].sort(byId)
  }

  addTank(sourceId: string, draft: TankDraft): Promise<Tank> {
    return this.#changing.with(async () => {
      const id = draft.id ?? randomUUID()
      if (this.#tanks.has(id)) throw new CodedError('already_exists', `The id ${id} is taken.`)
      refuseBeyond(this.#tanksOf.get(sourceId)?.size ?? 0, WATCHING_LIMITS.tanksPerSourceMax)
      return await this.#putTank({ ...draft, id, sourceId })
    })
  }

  /** The whole tank anew. */
  changeTank(id: string, draft: TankDraft): Promise<Tank> {
    return this.#changing.with(async () => {
      const present = this.#tanks.get(id)
      if (present === undefined) throw new CodedError('not_found', `There is no tank ${id}.`)
      return await this.#putTank({ ...draft, id, sourceId: present.sourceId })
    })
  }

  removeTank(id: string): Promise<void> {
    return this.#changing.with(async () => {
      const tank = this.#tanks.get(id)
      if (tank === undefined) throw new CodedError('not_found', `There is no tank ${id}.`)
      await this.#store.removeTank(id)
      this.#dropTank(tank)
      this.#listeners.tell(tank.sourceId)
    })
  }

  bind(sourceId: string, draft: BindingDraft): Promise<BindingRow> {
    return this.#changing.with(async () => {
      const source = this.#existing(sourceId)
      refuseBeyond(this.#bindingsOf.get(sourceId)?.size ?? 0, WATCHING_LIMITS.bindingsPerSourceMax)
      this.#assertDevice(source, draft.deviceId, 'deviceId')
      if (draft.unitId !== null && !source.units.some(({ id }) => id === draft.unitId)) {
        throw invalid('unitId', `the source has no unit ${draft.unitId}`)
      }
      if (draft.point !== null && this.#plant.pointOf(draft.deviceId, draft.point) === null) {
        throw invalid('point', `device ${draft.deviceId} has no point ${draft.point}`)
      }
      this.#refuseSecondBinding(draft)
      const row: BindingRow = { ...draft, id: randomUUID(), sourceId }
      await this.#store.insertBinding(row)
      this.#holdBinding(row)
      this.#listeners.tell(sourceId)
      return row
    })
  }

  unbind(id: string): Promise<void> {
    return this.#changing.with(async () => {
      const row = this.#bindings.get(id)
      if (row === undefined) throw new CodedError('not_found', `There is no binding ${id}.`)
      await this.#store.removeBinding(id)
      this.#bindings.delete(id)
      this.#bindingsOf.get(row.sourceId)?.delete(row)
      this.#listeners.tell(row.sourceId)
    })
  }

  async #putTank(tank: Tank): Promise<Tank> {
    const source = this.#existing(tank.sourceId)
    this.#assertTank(source, tank)
    await this.#store.putTank(tank)
    const present = this.#tanks.get(tank.id)
    if (present !== undefined) this.#dropTank(present)
    this.#holdTank(tank)
    this.#listeners.tell(tank.sourceId)
    return tank
  }

  #assertTank(source: WatchedSource, tank: Tank): void {
    const unit = source.units.find(({ id }) => id === tank.unitId)
    if (unit === undefined) throw invalid('unitId', `the source has no unit ${tank.unitId}`)
    if (!unit.substances.some(({ id }) => id === tank.substanceId)) {
      throw invalid('substanceId', `unit ${unit.name} has no substance ${tank.substanceId}`)
    }
    this.#assertGauge(source, tank.level, 'level', LEVEL_UNITS)
    if (tank.temperature !== null) {
      this.#assertGauge(source, tank.temperature, 'temperature', ['°C'])
    }
    for (const other of this.#tanks.values()) {
      if (other.id !== tank.id && isSamePoint(other.level, tank.level)) {
        throw new CodedError(
          'point_bound',
          `The gauge is the level of tank ${other.name} already.`,
          { details: { tankId: other.id } },
        )
      }
    }
  }

  #assertGauge(
    source: WatchedSource,
    gauge: BoundPoint,
    path: string,
    units: readonly string[],
  ): void {
    this.#assertDevice(source, gauge.deviceId, `${path}.deviceId`)
    const point = this.#plant.pointOf(gauge.deviceId, gauge.point)
    if (point === null) {
      throw invalid(`${path}.point`, `device ${gauge.deviceId} has no point ${gauge.point}`)
    }
    if (point.kind !== 'number' || !units.includes(point.unit ?? '')) {
      const given = point.unit ?? 'no unit'
      throw invalid(`${path}.point`, `${gauge.point} has ${given}; it must be ${units.join(', ')}`)
    }
  }

  /** A stranger's device is answered as one that does not exist. */
  #assertDevice(source: WatchedSource, deviceId: string, path: string): void {
    const organizationId = this.#plant.organizationOfDevice(deviceId)
    const isOwn =
      organizationId !== null &&
      (organizationId === source.organizationId ||
        this.#plant.ancestors(organizationId).some(({ id }) => id === source.organizationId))
    if (!isOwn) throw invalid(path, `the enterprise of the source has no device ${deviceId}`)
  }

  #refuseSecondBinding(draft: BindingDraft): void {
    const twin = this.#bindings
      .values()
      .find((row) => row.deviceId === draft.deviceId && row.point === draft.point)
    if (twin === undefined) return
    const name = this.#sources.source(twin.sourceId)?.name ?? twin.sourceId
    throw new CodedError('point_bound', `It is bound to ${name} already.`, {
      details: { bindingId: twin.id },
    })
  }

  #existing(sourceId: string): WatchedSource {
    const source = this.#sources.source(sourceId)
    if (source === null) throw new CodedError('not_found', `There is no hazard source ${sourceId}.`)
    return source
  }

  #holdTank(tank: Tank): void {
    this.#tanks.set(tank.id, tank)
    setOf(this.#tanksOf, tank.sourceId).add(tank)
  }

  #dropTank(tank: Tank): void {
    this.#tanks.delete(tank.id)
    this.#tanksOf.get(tank.sourceId)?.delete(tank)
  }

  #holdBinding(row: BindingRow): void {
    this.#bindings.set(row.id, row)
    setOf(this.#bindingsOf, row.sourceId).add(row)
  }
}

function setOf<Item>(sets: Map<string, Set<Item>>, key: string): Set<Item> {
  const present = sets.get(key)
  if (present !== undefined) return present
  const made = new Set<Item>()
  sets.set(key, made)
  return made
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : Number(one.id > other.id)
}

function isSamePoint(one: BoundPoint, other: BoundPoint): boolean {
  return one.deviceId === other.deviceId && one.point === other.point
}

function refuseBeyond(count: number, max: number): void {
  if (count < max) return
  throw new CodedError('too_many', `There are ${count} already, the most that is allowed.`)
}

function invalid(path: string, message: string): CodedError<'binding_invalid'> {
  return new CodedError('binding_invalid', `${path}: ${message}.`, {
    details: { issues: [{ path, message }] },
  })
}
