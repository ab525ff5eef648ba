CREATE TABLE `model_calls` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`call` integer NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`cached_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`micro_usd` integer,
	`prices` text,
	`error` text,
	PRIMARY KEY(`run_id`, `step`, `attempt`, `call`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "model_calls_price" CHECK(("model_calls"."micro_usd" IS NULL) = ("model_calls"."prices" IS NULL)),
	CONSTRAINT "model_calls_counts" CHECK(min("model_calls"."duration_ms", "model_calls"."input_tokens", "model_calls"."output_tokens") >= 0)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `model_calls_by_time` ON `model_calls` (`started_at`);--> statement-breakpoint
PRAGMA user_version = 3;