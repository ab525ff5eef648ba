CREATE TABLE `model_scores` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`gate` text NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`at` integer NOT NULL,
	`micro_score` integer NOT NULL,
	`is_passed` integer NOT NULL,
	PRIMARY KEY(`run_id`, `step`, `attempt`, `gate`),
	CONSTRAINT "model_scores_range" CHECK("model_scores"."micro_score" BETWEEN 0 AND 1000000),
	CONSTRAINT "model_scores_passed" CHECK("model_scores"."is_passed" IN (0, 1))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `model_scores_by_agent` ON `model_scores` (`agent`,`at`);--> statement-breakpoint
CREATE INDEX `model_calls_by_model` ON `model_calls` (`model`,`started_at`);
--> statement-breakpoint
PRAGMA user_version = 9;
