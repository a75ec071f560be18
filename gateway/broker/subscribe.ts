import type { TopicRights } from './access.ts'
import type { BrokerContext } from './broker-context.ts'
import { SUBACK_FAILURE } from './packet-bytes.ts'
import type { RequestedSubscription } from './packet-check.ts'

/**
 * Enters into the session what may be entered, and answers one return code a filter, in their order
 * [MQTT-3.8.4-5]. A filter beyond the limits or the device's rights gets 0x80 and changes nothing;
 * the connection goes on.
 */
export function subscribe(
  requested: readonly RequestedSubscription[],
  options: {
    subscriptions: Map<string, number>
    rights: TopicRights
    context: BrokerContext
  },
): number[] {
  const { subscriptions, rights, context } = options
  const { filtersPerSubscribeMax, subscriptionsPerSessionMax } = context.limits
  return requested.map(({ topicFilter, qos }, index) => {
    const mayAdd =
      index < filtersPerSubscribeMax &&
      (subscriptions.size < subscriptionsPerSessionMax || subscriptions.has(topicFilter)) &&
      rights.maySubscribe(topicFilter)
    if (!mayAdd) {
      context.counters.subscriptionsRefused += 1
      return SUBACK_FAILURE
    }
    subscriptions.set(topicFilter, qos)
    context.counters.subscriptionsGranted += 1
    return qos
  })
}
