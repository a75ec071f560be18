import type { Api } from './api.ts'
import { alarmExportRoutes } from './routes/alarm-export.ts'
import { alarmListRoutes } from './routes/alarm-lists.ts'
import { alarmVerbRoutes } from './routes/alarm-verbs.ts'
import { alarmRoutes } from './routes/alarms.ts'
import { auditRoutes } from './routes/audit.ts'
import { calendarProposalRoutes } from './routes/calendar-proposals.ts'
import { calendarRoutes } from './routes/calendars.ts'
import { channelRoutes } from './routes/channels.ts'
import { deviceRuleRoutes } from './routes/device-rules.ts'
import { deviceRoutes } from './routes/devices.ts'
import { drillRoutes } from './routes/drills.ts'
import { dutyRoutes } from './routes/duties.ts'
import { entranceRoutes } from './routes/entrances.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { handoverRoutes } from './routes/handovers.ts'
import { hazardDocumentRoutes } from './routes/hazard-documents.ts'
import { hazardEmergencyRoutes } from './routes/hazard-emergency.ts'
import { hazardFilingRoutes } from './routes/hazard-filings.ts'
import { hazardFormRoutes } from './routes/hazard-forms.ts'
import { hazardSourceRoutes } from './routes/hazard-sources.ts'
import { hazardRoutes } from './routes/hazards.ts'
import { healthRoutes } from './routes/health.ts'
import { historyRoutes } from './routes/history.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { mapRoutes } from './routes/map.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { organizationRoutes } from './routes/organizations.ts'
import { performanceRoutes } from './routes/performance.ts'
import { profileRoutes } from './routes/profiles.ts'
import { readingRoutes } from './routes/readings.ts'
import { ruleDraftRoutes } from './routes/rule-drafts.ts'
import { ruleFileRoutes } from './routes/rule-files.ts'
import { ruleLookBackRoutes } from './routes/rule-look-backs.ts'
import { ruleQualityRoutes } from './routes/rule-quality.ts'
import { ruleTrialRoutes } from './routes/rule-trials.ts'
import { ruleRoutes } from './routes/rules.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { siteRoutes } from './routes/sites.ts'
import { steadyingRoutes } from './routes/steadying.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { userRoutes } from './routes/users.ts'
import { watchingRoutes } from './routes/watching.ts'
import { windowRoutes } from './routes/windows.ts'
import type { HttpServices } from './services.ts'

/** Every resource, one file each. */
export function addRoutes(
  app: Api,
  services: HttpServices,
  options: { readonly isTls: boolean },
): void {
  sessionRoutes(app, services, options)
  tokenRoutes(app, services)
  userRoutes(app, services)
  organizationRoutes(app, services)
  siteRoutes(app, services)
  deviceRoutes(app, services)
  deviceRuleRoutes(app, services)
  readingRoutes(app, services)
  historyRoutes(app, services)
  ingestRoutes(app, services)
  profileRoutes(app, services)
  ruleRoutes(app, services)
  ruleQualityRoutes(app, services)
  alarmListRoutes(app, services)
  alarmExportRoutes(app, services)
  performanceRoutes(app, services)
  steadyingRoutes(app, services)
  handoverRoutes(app, services)
  ruleDraftRoutes(app, services)
  ruleLookBackRoutes(app, services)
  calendarRoutes(app, services)
  calendarProposalRoutes(app, services)
  ruleFileRoutes(app, services)
  ruleTrialRoutes(app, services)
  alarmRoutes(app, services)
  alarmVerbRoutes(app, services)
  evidenceRoutes(app, services)
  windowRoutes(app, services)
  drillRoutes(app, services)
  channelRoutes(app, services)
  notificationRoutes(app, services)
  auditRoutes(app, services)
  hazardRoutes(app)
  hazardSourceRoutes(app, services)
  watchingRoutes(app, services)
  dutyRoutes(app, services)
  hazardFilingRoutes(app, services)
  hazardDocumentRoutes(app, services)
  hazardEmergencyRoutes(app, services)
  hazardFormRoutes(app, services)
  mapRoutes(app, services)
  entranceRoutes(app, services)
  healthRoutes(app, services)
}
