import type { AlarmId } from '#alerting/alarms/alarm.ts'
import type { Clock } from '#alerting/clock.ts'
import { SqliteEvidenceStore } from '../database/evidence-store.ts'
import { NotificationQueries } from '../database/notification-queries.ts'
import { SqlitePhotoStore } from '../database/photo-store.ts'
import { RuleStore } from '../database/rule-store.ts'
import { EvidenceCollector } from '../evidence/evidence-collector.ts'
import { gatherEvidence } from '../evidence/gather.ts'
import { DocumentFolder } from '../hazards/document-folder.ts'
import { PhotoAlbum } from '../photos/photo-album.ts'
import type { AlarmPath } from './alarm-path.ts'
import { failLoudly, type Ground } from './ground.ts'
import type { Plant } from './plant.ts'
import type { ReadingPath } from './reading-path.ts'
import type { Watchers } from './watchers.ts'

export type Evidence = ReturnType<typeof openEvidence>

type Stages = Pick<Plant, 'database' | 'registry' | 'rules' | 'channels'> &
  Pick<ReadingPath, 'timeSeries'> &
  Pick<AlarmPath, 'alarms' | 'alarmVerbs' | 'alarmStore'> &
  Pick<Watchers, 'presence'>

/** What proves an alarm: frozen evidence, photos, and the papers made of them. */
export function openEvidence(
  { clock, logger, dataPath }: Pick<Ground, 'dataPath' | 'logger'> & { readonly clock: Clock },
  stages: Omit<Stages, 'presence'> & { readonly presence: Pick<Stages['presence'], 'statusOf'> },
) {
  const { database, alarms, alarmVerbs, alarmStore } = stages
  const ruleStore = new RuleStore(database)
  const sources = {
    ...stages,
    ruleHistory: (ruleId: string) => ruleStore.history(ruleId),
    notifications: new NotificationQueries(database),
  }
  const evidence = new EvidenceCollector({
    store: new SqliteEvidenceStore(database),
    clock,
    alarms,
    alarmOf: (id) => alarmStore.load(id as AlarmId),
    gather: (alarm, earlier, nowMs) => gatherEvidence(sources, alarm, earlier, nowMs),
    onFailure: failLoudly,
  })
  const photoStore = new SqlitePhotoStore(database)
  const photoFiles = new DocumentFolder({
    path: dataPath('photos'),
    known: (sha256s) => photoStore.known(sha256s),
    clock,
    logger,
  })
  const photos = new PhotoAlbum({
    store: photoStore,
    folder: photoFiles,
    verbs: alarmVerbs,
    clock,
  })
  alarms.onChange(({ alarm, entries }) => {
    if (entries.some(({ kind }) => kind === 'raised')) evidence.raised(alarm)
  })
  return { evidence, photos, photoFiles }
}
