CREATE TABLE `model_comparisons` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`score` text NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`at` integer NOT NULL,
	`outcome` text NOT NULL,
	`data` text NOT NULL,
	CONSTRAINT "model_comparisons_outcome" CHECK("model_comparisons"."outcome" IN ('answered', 'unfit', 'failed', 'stopped')),
	CONSTRAINT "model_comparisons_data" CHECK(json_valid("model_comparisons"."data"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `model_comparisons_once` ON `model_comparisons` (`run_id`,`step`,`attempt`,`model`);--> statement-breakpoint
CREATE INDEX `model_comparisons_by_model` ON `model_comparisons` (`model`,`id`);--> statement-breakpoint
CREATE TABLE `model_flags` (
	`model` text PRIMARY KEY NOT NULL,
	`stage` text NOT NULL,
	`agents` text,
	`per_day_micro_usd` integer NOT NULL,
	`who` text NOT NULL,
	`why` text,
	`at` integer NOT NULL,
	CONSTRAINT "model_flags_stage" CHECK("model_flags"."stage" IN ('off', 'shadow', 'dark', 'live', 'only')),
	CONSTRAINT "model_flags_agents" CHECK("model_flags"."agents" IS NULL OR json_valid("model_flags"."agents")),
	CONSTRAINT "model_flags_budget" CHECK("model_flags"."per_day_micro_usd" >= 0)
) STRICT;
--> statement-breakpoint
PRAGMA user_version = 15;
