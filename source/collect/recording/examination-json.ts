import type { Examination } from '../../cluster/examination.ts';
import { controlPlaneShape } from './control-plane-shape.ts';
import { fieldsOf } from './fields.ts';
import {
	decimal,
	failure,
	flag,
	listOf,
	member,
	number,
	objectOf,
	oneOf,
	orNull,
	type Shape,
	text,
	variants,
} from './shape.ts';

const certificate = {
	subject: text,
	issuer: text,
	names: listOf(text),
	validFromMs: number,
	validToMs: number,
};

const encryptionForm = variants({
	plain: { format: oneOf('protobuf', 'json', 'cbor') },
	encrypted: { provider: text, keyName: text },
	unknown: {},
});

/** What each topic's facts have to look like: rules rely on their types. */
const shapes: Readonly<Record<string, Shape>> = {
	'member-lists': objectOf({
		lists: listOf(
			objectOf({ key: text, outcome: variants({ answered: { members: listOf(member) }, failed: { failure } }) }),
		),
	}),
	'compact-mark': objectOf({
		outcome: variants({
			absent: {},
			read: { revision: orNull(decimal), modRevision: decimal, version: decimal },
			failed: { failure },
		}),
	}),
	encryption: objectOf({
		resources: listOf(
			objectOf({
				resource: text,
				outcome: variants({
					sampled: {
						total: number,
						sampled: number,
						forms: listOf(objectOf({ form: encryptionForm, count: number })),
						receivedBytes: number,
						calls: number,
					},
					failed: { failure },
				}),
			}),
		),
	}),
	'control-plane': controlPlaneShape,
	tls: objectOf({
		ports: listOf(
			objectOf({
				key: text,
				role: oneOf('client', 'peer'),
				url: text,
				isAdvertised: flag,
				isLocal: flag,
				outcome: variants({
					plain: {},
					tls: {
						chain: value => listOf(objectOf(certificate))(value) && (value as readonly unknown[]).length > 0,
						isForHost: flag,
						asksForCertificate: orNull(flag),
						isRemembered: flag,
					},
					unseen: { failure },
				}),
			}),
		),
		files: listOf(
			objectOf({
				role: oneOf('client', 'authority'),
				file: text,
				outcome: variants({
					read: { certificates: listOf(objectOf({ ...certificate, isInUse: flag })) },
					unreadable: { reason: text },
				}),
			}),
		),
		authentication: oneOf('on', 'off', 'unknown'),
	}),
};

/** What an examination had found; `unknown` where nobody here knows its topic, null where its facts are not as they should be. */
export function examinationFrom(value: unknown): Examination | 'unknown' | null {
	const topic = fieldsOf(value)?.topic;
	if (typeof topic !== 'string') return null;
	if (!Object.hasOwn(shapes, topic)) return 'unknown';
	return shapes[topic]!(value) ? (value as Examination) : null;
}
