import type { Step } from '../../model/change.ts';
import type { SchemaObject } from '../../model/schema.ts';
import type { Kind, Room } from './kind.ts';

/**
 * Statements that give `object` the privileges of its `acl`: from those of `before`, or, when it is new, from the ones
 * that it is born with. None while privileges are not managed.
 */
export const privilegeSteps = (_kind: Kind, _object: SchemaObject, _before: SchemaObject | undefined, _room: Room): readonly Step[] => [];
