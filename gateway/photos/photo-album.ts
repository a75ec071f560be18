import { randomUUID } from 'node:crypto'
import type { AlarmVerbs } from '#alerting/alarms/alarm-verbs.ts'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { PHOTO_LIMITS } from '#config/limits.ts'
import type { PhotoRow, SqlitePhotoStore } from '../database/photo-store.ts'
import { photoTypeOf } from './photo-type.ts'

/** Keeps bytes under their SHA-256; `gateway/hazards` has one. */
export interface PhotoFolder {
  /** The file stays as long as `use` writes the row that knows it. */
  keep<Used>(bytes: Buffer, use: (sha256: string) => Promise<Used>): Promise<Used>
  read(sha256: string): Promise<Buffer>
}

/**
 * The photos of alarms. The file is on disk before its row, the row before the time line says so; a row
 * that the time line then refuses is taken out again. The hash in the time line proves the picture.
 */
export class PhotoAlbum {
  readonly #store: SqlitePhotoStore
  readonly #folder: PhotoFolder
  readonly #verbs: Pick<AlarmVerbs, 'addPhoto'>
  readonly #clock: Clock

  constructor(options: {
    readonly store: SqlitePhotoStore
    readonly folder: PhotoFolder
    readonly verbs: Pick<AlarmVerbs, 'addPhoto'>
    readonly clock: Clock
  }) {
    this.#store = options.store
    this.#folder = options.folder
    this.#verbs = options.verbs
    this.#clock = options.clock
  }

  async of(alarmId: string): Promise<readonly PhotoRow[]> {
    return await this.#store.of(alarmId)
  }

  /** Null: the alarm has no such photo. */
  async read(alarmId: string, id: string): Promise<{ photo: PhotoRow; bytes: Buffer } | null> {
    const photo = (await this.#store.of(alarmId)).find((one) => one.id === id)
    return photo === undefined ? null : { photo, bytes: await this.#folder.read(photo.sha256) }
  }

  async add(
    alarmId: string,
    { bytes, name, actor }: { readonly bytes: Buffer; readonly name: string; actor: string },
  ): Promise<PhotoRow> {
    const mediaType = photoTypeOf(bytes)
    if (mediaType === null) {
      throw new CodedError('photo_type_unknown', 'The file is not a JPEG, PNG or WebP image.')
    }
    if ((await this.#store.of(alarmId)).length >= PHOTO_LIMITS.perAlarmMax) {
      throw new CodedError('too_many', `An alarm takes ${PHOTO_LIMITS.perAlarmMax} photos.`)
    }
    return await this.#folder.keep(bytes, (sha256) =>
      this.#enter({
        id: `pho_${randomUUID()}`,
        alarmId,
        mediaType,
        bytes: bytes.length,
        sha256,
        name,
        addedBy: actor,
        addedAtMs: this.#clock.nowMs(),
      }),
    )
  }

  async #enter(photo: PhotoRow): Promise<PhotoRow> {
    const { alarmId, name, sha256, addedBy: actor } = photo
    await this.#store.add(photo)
    try {
      await this.#verbs.addPhoto(alarmId, { actor, note: `${name} · SHA-256 ${sha256}` })
    } catch (error) {
      await this.#store.remove(photo.id)
      throw error
    }
    return photo
  }
}

/** Before the body is read: 20 MB are refused in words, not by a cut line. */
export function assertPhotoSize(bytes: number): void {
  if (bytes <= PHOTO_LIMITS.bytesMax) return
  const mb = (size: number) => (size / 1_048_576).toFixed(1)
  throw new CodedError(
    'photo_too_large',
    `The photo has ${mb(bytes)} MB; at most ${mb(PHOTO_LIMITS.bytesMax)} MB are taken.`,
  )
}
