import type { BindingDraft, Tank } from '../contract.ts'
import type { Database } from './open.ts'

/** A binding as it is stored; what its device says is added when it is shown. */
export interface BindingRow extends BindingDraft {
  readonly id: string
  readonly sourceId: string
}

/** Tanks and bindings of hazard sources. A device that is named here cannot be removed. */
export class WatchStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async loadTanks(): Promise<readonly Tank[]> {
    const rows = await this.#database.kysely.selectFrom('tanks').selectAll().execute()
    return rows.map((row) => JSON.parse(row.definition) as Tank)
  }

  async loadBindings(): Promise<readonly BindingRow[]> {
    const rows = await this.#database.kysely.selectFrom('source_bindings').selectAll().execute()
    return rows.map((row) => JSON.parse(row.definition) as BindingRow)
  }

  async putTank(tank: Tank): Promise<void> {
    const columns = {
      source_id: tank.sourceId,
      level_device_id: tank.level.deviceId,
      level_point: tank.level.point,
      temperature_device: tank.temperature?.deviceId ?? null,
      definition: JSON.stringify(tank),
    }
    await this.#database.kysely
      .insertInto('tanks')
      .values({ id: tank.id, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute()
  }

  async removeTank(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('tanks').where('id', '=', id).execute()
  }

  async insertBinding(row: BindingRow): Promise<void> {
    await this.#database.kysely
      .insertInto('source_bindings')
      .values({
        id: row.id,
        source_id: row.sourceId,
        device_id: row.deviceId,
        definition: JSON.stringify(row),
      })
      .execute()
  }

  async removeBinding(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('source_bindings').where('id', '=', id).execute()
  }
}
