import type { SeededRandom } from '../seeded-random.ts'
import type { DeviceModel } from './device-model.ts'
import { CombustibleGasDetector, OxygenDetector, ToxicGasDetector } from './gas-detectors.ts'
import { SmartPowerMeter } from './smart-power-meter.ts'
import { SmokeAlarm } from './smoke-alarm.ts'
import { TankGauge } from './tank-gauge.ts'

/** A model for each shipped device profile. */
export const DEVICE_MODELS = {
  'gas-combustible': (random) => new CombustibleGasDetector(random),
  'gas-toxic-co': (random) => new ToxicGasDetector('co', random),
  'gas-toxic-h2s': (random) => new ToxicGasDetector('h2s', random),
  'gas-toxic-nh3': (random) => new ToxicGasDetector('nh3', random),
  'gas-toxic-cl2': (random) => new ToxicGasDetector('cl2', random),
  'gas-oxygen': (random) => new OxygenDetector(random),
  smoke: (random) => new SmokeAlarm(random),
  'smart-power': (random) => new SmartPowerMeter(random),
  tank: (random) => new TankGauge(random),
} satisfies Record<string, (random: SeededRandom) => DeviceModel>

export type ProfileId = keyof typeof DEVICE_MODELS
export const PROFILE_IDS = Object.keys(DEVICE_MODELS) as readonly ProfileId[]
