import type { Database } from '../database/open.ts'
import { HazardArchive } from '../hazards/archive.ts'
import { DocumentFolder } from '../hazards/document-folder.ts'
import { FilingDesk } from '../hazards/filing-desk.ts'
import { hazardTerms } from '../hazards/hazard-terms.ts'
import { HazardRegister } from '../hazards/register.ts'
import type { Registry } from '../registry/registry.ts'
import type { Ground } from './ground.ts'

/** Major hazard sources: the register, its archive, and the filing with the authority. */
export function openHazards(
  { settings, clock, dataPath }: Pick<Ground, 'settings' | 'clock' | 'dataPath'>,
  { database, registry }: { readonly database: Database; readonly registry: Registry },
) {
  const hazards = new HazardRegister({ database, clock, places: registry })
  const folder = new DocumentFolder(dataPath('documents'))
  const archive = new HazardArchive({ register: hazards, folder, clock })
  const filings = new FilingDesk({
    register: hazards,
    clock,
    terms: hazardTerms(settings.hazards),
  })
  return { hazards, archive, filings }
}
