import { HazardReminderStore } from '../database/hazard-reminder-store.ts'
import type { Database } from '../database/open.ts'
import { PdfWriter } from '../documents/pdf-writer.ts'
import { HazardArchive } from '../hazards/archive.ts'
import { DocumentFolder } from '../hazards/document-folder.ts'
import { FilingDesk } from '../hazards/filing-desk.ts'
import { hazardTerms } from '../hazards/hazard-terms.ts'
import { HazardRegister } from '../hazards/register.ts'
import { HazardReminders } from '../hazards/reminders.ts'
import type { ChannelBook } from '../registry/channels.ts'
import type { Registry } from '../registry/registry.ts'
import type { Ground } from './ground.ts'

/** Major hazard sources: the register, its archive, and the filing with the authority. */
export function openHazards(
  { settings, clock, logger, dataPath, stopping }: Ground,
  {
    database,
    registry,
    channels,
  }: {
    readonly database: Database
    readonly registry: Registry
    readonly channels: ChannelBook
  },
) {
  const hazards = new HazardRegister({ database, clock, places: registry })
  const documents = new DocumentFolder({
    path: dataPath('documents'),
    known: (sha256s) => hazards.documentStore.known(sha256s),
    clock,
    logger,
  })
  const archive = new HazardArchive({ register: hazards, folder: documents, clock })
  const terms = hazardTerms(settings.hazards)
  const filings = new FilingDesk({ register: hazards, clock, terms })
  const hazardReminders = new HazardReminders({
    store: new HazardReminderStore(database),
    places: registry,
    terms,
    channels: () => channels.notificationChannels(),
    clock,
  })
  const pdf = new PdfWriter({ clock })
  stopping.push('PDF writer', () => pdf.stop())
  return { hazards, documents, archive, filings, hazardReminders, pdf }
}
