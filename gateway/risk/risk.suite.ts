import type { RiskSettings } from './risk-model.ts'

/** Those of `config/default.yaml`. */
export const RISK_SETTINGS: RiskSettings = {
  sources: { level1: 60, level2: 40, level3: 25, level4: 15, most: 60 },
  alarms: { red: 100, orange: 60, yellow: 20, blue: 5, most: 150 },
  devices: { silent: 5, fault: 5, most: 25 },
  overdue: { filing: 20, duty: 10, most: 60 },
  colours: { red: 100, orange: 60, yellow: 25 },
}
