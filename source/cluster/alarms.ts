/** The alarms that etcd knows. */
export const alarmTypes = ['NOSPACE', 'CORRUPT'] as const;

export type AlarmType = (typeof alarmTypes)[number];

/** A Status mentions alarms among its errors, by these words; the text around them differs by version. */
export const mentionsAlarm = (text: string, types: readonly AlarmType[] = alarmTypes): boolean =>
	types.some(type => text.includes(type));
