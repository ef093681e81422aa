// One Listen stream: many targets, one order of messages. Changes are collected and sent together, once per turn of
// the event loop or when a slow sink is ready again; a snapshot is announced only when nothing is pending.

import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import { type Caller, type EngineStream, type ProtoMessage, RpcError, type StreamSink } from "#backend";
import type { Access } from "../access.ts";
import type { Database } from "../database.ts";
import { documentName, rootOf, rootOfDatabase } from "../name.ts";
import type { Target } from "../proto.ts";
import { compileQuery } from "../query/compile.ts";
import { invalidArgument, permissionDenied, toRpcError } from "../status.ts";
import * as messages from "./messages.ts";
import { type OpenTarget, openTarget, wantsResume } from "./open-target.ts";
import type { ListenerRegistry, Subscriber } from "./registry.ts";
import { documentsView, queryView, type View } from "./view.ts";

/** A quiet stream says that it lives at this interval, ms: SDKs take 120 s of silence for a dead stream. */
const HEARTBEAT_MS = 30_000;

interface ListenContext {
  readonly database: Database;
  readonly registry: ListenerRegistry;
  readonly access: Access;
  readonly clock: Clock;
}

export class ListenStream implements EngineStream {
  readonly #context: ListenContext;
  readonly #caller: Caller;
  readonly #sink: StreamSink;
  readonly #targets = new Map<number, OpenTarget>();
  #scheduled = false;
  #closed = false;
  /** Something was sent since the last announced snapshot. */
  #unannounced = false;
  #nextAssignedId = 1;
  #heartbeat: Timer | undefined;

  constructor(context: ListenContext, caller: Caller, sink: StreamSink) {
    this.#context = context;
    this.#caller = caller;
    this.#sink = sink;
    this.#scheduleHeartbeat();
  }

  receive(message: ProtoMessage): void {
    if (this.#closed) return;
    try {
      const { addTarget, removeTarget, database } = message as {
        addTarget?: Target | null;
        removeTarget?: number;
        database?: string;
      };
      if (addTarget != null) this.#add(addTarget, database);
      else if (removeTarget) this.#remove(removeTarget);
      else throw invalidArgument("A ListenRequest adds or removes a target");
    } catch (error) {
      this.#fail(toRpcError(error));
    }
  }

  close(): void {
    this.#closed = true;
    this.#heartbeat?.cancel();
    for (const target of this.#targets.values()) target.unsubscribe();
    this.#targets.clear();
  }

  #fail(error: RpcError): void {
    this.close();
    this.#sink.end(error);
  }

  #add(target: Target, database: string | undefined): void {
    const id = target.targetId ? target.targetId : this.#assignId();
    if (this.#targets.has(id)) throw invalidArgument(`Target id ${id} is already active on this stream`);
    try {
      this.#targets.set(id, this.#open(id, target, rootOfDatabase(database)));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#sink.send(messages.targetRemoved(id, error));
      return;
    }
    this.#sink.send(messages.targetAdded(id));
    if (wantsResume(target)) this.#sink.send(messages.targetReset(id));
    this.#schedule();
  }

  #assignId(): number {
    while (this.#targets.has(this.#nextAssignedId)) this.#nextAssignedId += 1;
    return this.#nextAssignedId;
  }

  #remove(id: number): void {
    const target = this.#targets.get(id);
    if (target === undefined) return;
    target.unsubscribe();
    this.#targets.delete(id);
    this.#sink.send(messages.targetRemoved(id));
  }

  #open(id: number, target: Target, root: string): OpenTarget {
    const { access, registry, database } = this.#context;
    const once = target.once === true;
    if (target.documents != null) {
      const names = [...new Set(target.documents.documents ?? [])].map(documentName);
      for (const name of names) {
        if (rootOf(name) !== root) throw invalidArgument(`Document ${name} is not in this database`);
        access.checkGet(this.#caller, name, database.store.get(name));
      }
      const view = documentsView(database.store, names);
      const unsubscribe = registry.subscribeNames(names, this.#subscriber(view));
      return openTarget({ id, view, once, checksEachDocument: true, unsubscribe });
    }
    const structured = target.query?.structuredQuery;
    if (structured == null) throw invalidArgument("A target is neither a query nor documents");
    const query = compileQuery(target.query?.parent, structured);
    if (rootOf(query.parent) !== root) throw invalidArgument("The query's parent is not in this database");
    access.checkQuery(this.#caller, query);
    const view = queryView(database.store, query);
    const unsubscribe = registry.subscribeQuery(query, this.#subscriber(view));
    return openTarget({ id, view, once, checksEachDocument: false, unsubscribe });
  }

  #subscriber(view: View): Subscriber {
    return {
      note: (change) => {
        view.note(change);
        this.#schedule();
      },
    };
  }

  /** Several commits of one turn become one snapshot. */
  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#closed || this.#scheduled) return;
    try {
      for (const target of [...this.#targets.values()]) {
        if (!this.#drain(target)) return;
      }
      this.#announce();
    } catch (error) {
      this.#fail(toRpcError(error));
    }
  }

  /** Sends what the target has pending. False when the sink is full: the rest follows when it is ready. */
  #drain(target: OpenTarget): boolean {
    for (const name of target.view.takeDirty()) target.pending.add(name);
    for (const name of target.pending) {
      if (this.#sink.ready?.() === false) {
        this.#scheduled = true;
        this.#sink.onReady?.(() => {
          this.#scheduled = false;
          this.#pump();
        });
        return false;
      }
      target.pending.delete(name);
      this.#show(target, name);
      if (this.#closed || !this.#targets.has(target.id)) return !this.#closed;
    }
    return true;
  }

  #show(target: OpenTarget, name: string): void {
    const visible = target.view.visible(name);
    const stored = visible ?? this.#context.database.store.get(name);
    if (target.checksEachDocument && !this.#mayGet(name)) {
      target.unsubscribe();
      this.#targets.delete(target.id);
      this.#sink.send(messages.targetRemoved(target.id, permissionDenied()));
      return;
    }
    if (visible !== null) {
      if (target.sent.get(name) === visible.updateMicros) return;
      target.sent.set(name, visible.updateMicros);
      this.#send(messages.documentShown(visible, target.id));
    } else if (target.sent.delete(name)) {
      const readMicros = this.#context.database.oracle.read();
      if (stored === null) this.#send(messages.documentDeleted(name, target.id, readMicros));
      else if (this.#mayGet(name)) this.#send(messages.documentLeft(stored, target.id));
      else this.#send(messages.documentHidden(name, target.id, readMicros));
    }
  }

  #mayGet(name: string): boolean {
    return this.#context.access.mayGet(this.#caller, name, this.#context.database.store.get(name));
  }

  #send(message: ProtoMessage): void {
    this.#unannounced = true;
    this.#sink.send(message);
  }

  /** Nothing is pending: what was sent is the state at this moment. */
  #announce(): void {
    const readMicros = this.#context.database.oracle.read();
    const finished: number[] = [];
    for (const target of this.#targets.values()) {
      if (target.current) continue;
      target.current = true;
      this.#send(messages.targetCurrent(target.id, readMicros));
      if (target.once) finished.push(target.id);
    }
    if (this.#unannounced) this.#sink.send(messages.snapshotReached(readMicros));
    this.#unannounced = false;
    for (const id of finished) this.#remove(id);
  }

  #scheduleHeartbeat(): void {
    this.#heartbeat = this.#context.clock.after(HEARTBEAT_MS, () => {
      if (this.#closed) return;
      this.#unannounced = true;
      this.#schedule();
      this.#scheduleHeartbeat();
    });
  }
}
