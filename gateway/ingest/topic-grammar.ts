import { type DeviceId, parseDeviceId } from '#alerting/reading.ts'
import type { Decoder } from '../decoders/decoder.ts'
import { decodeJson } from '../decoders/json.ts'

/** What a topic says of the payload under it. */
export interface TopicMeaning {
  readonly decoder: Decoder
  /** Whose readings these are. */
  readonly deviceId: DeviceId
}

/** One family of topics: its levels, `{deviceId}` standing for one, and who decodes what lies there. */
interface TopicFamily {
  readonly levels: readonly string[]
  readonly decoder: Decoder
}

const DEVICE_LEVEL = '{deviceId}'

/** Every family of topics that carries readings; a later one is a line here. */
const TOPIC_FAMILIES: readonly TopicFamily[] = [
  { levels: ['devices', DEVICE_LEVEL, 'readings'], decoder: decodeJson },
]

/** Null: nobody here understands this topic. */
export function meaningOf(topicName: string): TopicMeaning | null {
  const levels = topicName.split('/')
  for (const family of TOPIC_FAMILIES) {
    const deviceId = deviceIdIn(levels, family.levels)
    if (deviceId !== null) return { decoder: family.decoder, deviceId }
  }
  return null
}

function deviceIdIn(levels: readonly string[], pattern: readonly string[]): DeviceId | null {
  if (levels.length !== pattern.length) return null
  let deviceId: DeviceId | null = null
  for (const [i, expected] of pattern.entries()) {
    const level = levels[i] ?? ''
    if (expected === DEVICE_LEVEL) deviceId = parseDeviceId(level)
    else if (level !== expected) return null
  }
  return deviceId
}
