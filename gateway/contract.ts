/**
 * The outside of the gateway as schemas and the types they imply: what the HTTP API and the live
 * feed take and give. The dashboard imports the types only. Instants are ISO 8601 UTC strings,
 * except `ts` of readings (epoch ms).
 */
export * from './contract/alarms.ts'
export * from './contract/calendars.ts'
export * from './contract/duties.ts'
export * from './contract/evidence.ts'
export * from './contract/handovers.ts'
export * from './contract/hazard-dossier.ts'
export * from './contract/hazard-filings.ts'
export * from './contract/hazard-sources.ts'
export * from './contract/hazards.ts'
export * from './contract/health.ts'
export * from './contract/live.ts'
export * from './contract/map.ts'
export * from './contract/notifications.ts'
export * from './contract/people.ts'
export * from './contract/performance.ts'
export * from './contract/plant.ts'
export * from './contract/readings.ts'
export * from './contract/rule-explanation.ts'
export * from './contract/rule-quality.ts'
export * from './contract/rule-trials.ts'
export * from './contract/rules.ts'
export * from './contract/values.ts'
export * from './contract/watching.ts'
export * from './contract/windows.ts'
