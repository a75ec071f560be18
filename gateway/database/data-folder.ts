import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CodedError } from '#alerting/errors.ts'

const SQLITE_BUSY = 5

/**
 * Makes the data folder and claims it for this process, so that two gateways never write one
 * journal. The claim is a lock of the operating system on an otherwise empty SQLite file: it goes with
 * the process, however that ends. Throws `data_folder_in_use` or `data_folder_unusable`.
 */
export function claimDataFolder(folder: string): { release(): void } {
  let lock: DatabaseSync | null = null
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 })
    const opened = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
    lock = opened
    opened.exec('BEGIN EXCLUSIVE')
    return { release: () => opened.close() }
  } catch (error) {
    lock?.close()
    const isBusy = (error as { errcode?: number }).errcode === SQLITE_BUSY
    if (isBusy) {
      throw new CodedError('data_folder_in_use', `Another Vigil is running on ${folder}.`, {
        hint: 'Stop it first, or give this one a folder of its own (VIGIL_DATA_DIR).',
        cause: error,
      })
    }
    throw new CodedError(
      'data_folder_unusable',
      `The data folder ${folder} cannot be used: ${(error as Error).message}`,
      {
        hint: 'Vigil needs a folder it may write to (VIGIL_DATA_DIR).',
        cause: error,
      },
    )
  }
}
